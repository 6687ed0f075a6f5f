package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView.Distortion;
import io.drivedistill.navsim.log.Matrix;
import java.nio.file.Path;

/**
 * A camera picture of a source.
 *
 * @param camera the NAVSIM camera that it stands for
 * @param jpeg the file, copied as it is
 * @param cameraInEgo where the camera sits; its axes are x right, y down, z forward
 * @param intrinsics 3x3, pixels
 * @param distortion lens distortion
 */
record Picture(
    CameraName camera,
    Path jpeg,
    Recording.Pose cameraInEgo,
    Matrix intrinsics,
    Distortion distortion) {
  /** Another picture of the same camera. */
  Picture of(Path file) {
    return new Picture(camera, file, cameraInEgo, intrinsics, distortion);
  }
}
