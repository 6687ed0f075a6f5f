package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.Matrix;
import io.drivedistill.navsim.log.Vector3;

/**
 * Where the cameras sit and how they see: level pinholes around the vehicle at one height. The
 * lidar frame of a synthetic log is the ego frame, so these poses are also the log's.
 *
 * @param name which camera
 * @param yawRad direction of the optical axis in the ego frame
 * @param xM position ahead of the rear axle
 * @param yM position left of it
 * @param zM height over the ground
 * @param focalPx focal length
 * @param centerXPx principal point
 * @param centerYPx principal point
 */
record CameraRig(
    CameraName name,
    double yawRad,
    double xM,
    double yM,
    double zM,
    double focalPx,
    double centerXPx,
    double centerYPx) {
  /** Width of the pictures that the intrinsics below belong to. */
  private static final double FULL_WIDTH_PX = 1920;

  private static final double FULL_HEIGHT_PX = 1080;
  private static final double FULL_FOCAL_PX = 1545;
  private static final double FULL_CENTER_Y_PX = 560;
  private static final double RING_X_M = 1.0;
  private static final double RING_RADIUS_M = 0.6;
  private static final double HEIGHT_M = 1.6;

  /** A camera for pictures of some size. */
  static CameraRig of(CameraName name, int widthPx, int heightPx) {
    double yaw =
        Math.toRadians(
            switch (name) {
              case CAM_F0 -> 0;
              case CAM_L0 -> 55;
              case CAM_L1 -> 110;
              case CAM_L2 -> 140;
              case CAM_R0 -> -55;
              case CAM_R1 -> -110;
              case CAM_R2 -> -140;
              case CAM_B0 -> 180;
            });
    return new CameraRig(
        name,
        yaw,
        RING_X_M + RING_RADIUS_M * Math.cos(yaw),
        RING_RADIUS_M * Math.sin(yaw),
        HEIGHT_M,
        FULL_FOCAL_PX * widthPx / FULL_WIDTH_PX,
        widthPx / 2.0,
        FULL_CENTER_Y_PX / FULL_HEIGHT_PX * heightPx);
  }

  /** The camera as a log describes it. */
  CameraView view(String imagePath) {
    double c = Math.cos(yawRad);
    double s = Math.sin(yawRad);
    return new CameraView(
        name,
        imagePath,
        Matrix.of(3, 3, s, 0, c, -c, 0, s, 0, -1, 0),
        new Vector3(xM, yM, zM),
        Matrix.of(3, 3, focalPx, 0, centerXPx, 0, focalPx, centerYPx, 0, 0, 1),
        CameraView.Distortion.NONE);
  }
}
