package io.drivedistill.distill;

/** What an exported student takes of a LiDAR. */
public enum LidarForm {
  /** Points counted into cells, uint8, as the student was trained with. */
  HISTOGRAM,
  /** Points of three values, x, y, z in metres; the model counts them itself. */
  POINTS_XYZ,
  /** Points of four values; the fourth, such as intensity, is not read. */
  POINTS_XYZI;

  /** Values per point. */
  int valuesPerPoint() {
    return this == POINTS_XYZI ? 4 : 3;
  }
}
