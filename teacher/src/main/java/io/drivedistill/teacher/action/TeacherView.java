package io.drivedistill.teacher.action;

import io.drivedistill.navsim.log.CameraName;
import java.util.List;

/**
 * What of a scene the teacher is shown.
 *
 * @param cameras which cameras, in the order of the prompt
 * @param pictures pictures per camera; more than one make a clip that ends at the current time
 * @param framesApart frames of the log (0.5 s each) between two pictures
 * @param heightPx height to which pictures are resized, a multiple of 28
 * @param widthPx width to which pictures are resized, a multiple of 28
 * @param motions times at which the own motion is told, 0.5 s apart, the last one current
 */
public record TeacherView(
    List<CameraName> cameras,
    int pictures,
    int framesApart,
    int heightPx,
    int widthPx,
    int motions) {
  private static final int CELL_PX = 28;

  /** Checks the counts. */
  public TeacherView {
    cameras = List.copyOf(cameras);
    if (cameras.isEmpty() || pictures < 1 || framesApart < 1 || motions < 1) {
      throw new IllegalArgumentException(
          "A teacher needs a camera, a picture, a motion and pictures at least 1 frame apart");
    }
    if (heightPx % CELL_PX != 0 || widthPx % CELL_PX != 0 || heightPx < 1 || widthPx < 1) {
      throw new IllegalArgumentException(
          "Pictures of " + widthPx + "x" + heightPx + " are no multiples of " + CELL_PX);
    }
  }

  /** Frames of history, the current one included, that a scene must have. */
  public int historyFrames() {
    return Math.max(motions, (pictures - 1) * framesApart + 1);
  }
}
