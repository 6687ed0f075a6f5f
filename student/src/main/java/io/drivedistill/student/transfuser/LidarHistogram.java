package io.drivedistill.student.transfuser;

/**
 * Counts of LiDAR points per cell of the bird's-eye-view grid (SPEC-transfuser section 1). Cells
 * are half open, the last of each axis is closed, as numpy's histogram has it. Stateless.
 */
final class LidarHistogram {
  /** Counts are capped here. */
  static final int MAX_COUNT = 5;

  static final float CEILING_M = 100;
  static final float GROUND_M = 0.2f;

  private LidarHistogram() {}

  /**
   * @param x forward, metres, one per point
   * @param y left, metres
   * @param z up, metres
   * @return counts 0 to {@link #MAX_COUNT}, [channels, rows, columns]; channels are points above
   *     the ground plane, or below and above
   */
  static byte[] of(float[] x, float[] y, float[] z, TransfuserConfig.Lidar grid) {
    int cells = grid.rows() * grid.columns();
    byte[] counts = new byte[grid.channels() * cells];
    for (int i = 0; i < z.length; i++) {
      boolean above = z[i] > GROUND_M;
      if (!(z[i] < CEILING_M) || (!above && !grid.groundPlane())) {
        continue;
      }
      int row = cell(x[i], grid.rangeM(), grid.rows());
      int column = cell(y[i], grid.rangeM(), grid.columns());
      if (row >= 0 && column >= 0) {
        int channel = grid.groundPlane() && above ? 1 : 0;
        int at = channel * cells + row * grid.columns() + column;
        counts[at] = (byte) Math.min(MAX_COUNT, counts[at] + 1);
      }
    }
    return counts;
  }

  /** The cell of a coordinate, or −1 outside. */
  private static int cell(double value, double rangeM, int count) {
    if (!(value >= -rangeM && value <= rangeM)) {
      return -1;
    }
    double step = 2 * rangeM / count;
    int index = Math.min(count - 1, (int) ((value + rangeM) / step));
    if (value < index * step - rangeM) {
      index--;
    } else if (index < count - 1 && value >= (index + 1) * step - rangeM) {
      index++;
    }
    return index;
  }
}
