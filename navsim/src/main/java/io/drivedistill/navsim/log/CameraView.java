package io.drivedistill.navsim.log;

/**
 * One camera of one frame.
 *
 * @param name which camera
 * @param imagePath path of the JPEG relative to the split's {@code sensor_blobs} folder
 * @param rotationCameraToLidar 3x3; camera axes are x right, y down, z forward
 * @param translationCameraInLidarM position of the camera in the lidar frame
 * @param intrinsics 3x3, in pixels
 * @param distortion Brown-Conrady coefficients
 */
public record CameraView(
    CameraName name,
    String imagePath,
    Matrix rotationCameraToLidar,
    Vector3 translationCameraInLidarM,
    Matrix intrinsics,
    Distortion distortion) {

  /** Radial (k) and tangential (p) coefficients in the order in which the log stores them. */
  public record Distortion(double k1, double k2, double p1, double p2, double k3) {
    /** An ideal pinhole. */
    public static final Distortion NONE = new Distortion(0, 0, 0, 0, 0);
  }
}
