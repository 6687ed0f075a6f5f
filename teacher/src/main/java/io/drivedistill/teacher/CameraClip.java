package io.drivedistill.teacher;

import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.teacher.image.RgbImage;
import java.util.List;

/**
 * What one camera saw lately.
 *
 * @param camera which camera
 * @param frames pictures of one size, oldest first, the last one from the current time
 * @param intervalS seconds between pictures; without meaning for a single one
 */
public record CameraClip(CameraName camera, List<RgbImage> frames, double intervalS) {
  /** Copies the list; there must be a picture. */
  public CameraClip {
    frames = List.copyOf(frames);
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("A clip of " + camera + " needs a picture");
    }
  }
}
