package io.drivedistill.navsim.town;

import java.util.Arrays;

/**
 * A picture with a depth buffer. Convex flat faces in camera axes (x right, y down, z forward) are
 * clipped at the near plane and filled where they are nearest. Buffers are reused; one instance per
 * thread.
 */
final class Rasteriser {
  private static final double NEAR_M = 0.15;
  private static final int MOST_CORNERS = 12;

  final int width;
  final int height;
  final int[] rgb;

  /** Number of the object drawn at each pixel, null unless asked for. */
  final int[] owner;

  private final float[] inverseDepth;
  private final double focal;
  private final double centerX;
  private final double centerY;
  private final double[] px = new double[MOST_CORNERS];
  private final double[] py = new double[MOST_CORNERS];
  private final double[] pz = new double[MOST_CORNERS];
  private int currentOwner;

  Rasteriser(int width, int height, double focal, double centerX, double centerY, boolean owners) {
    this.width = width;
    this.height = height;
    this.focal = focal;
    this.centerX = centerX;
    this.centerY = centerY;
    this.rgb = new int[width * height];
    this.owner = owners ? new int[width * height] : null;
    this.inverseDepth = new float[width * height];
  }

  /** Forgets all faces; the colours stay for the caller to paint over. */
  void clearDepth() {
    Arrays.fill(inverseDepth, 0);
    if (owner != null) {
      Arrays.fill(owner, 0);
    }
  }

  /** Faces drawn from now on belong to this object. */
  void setOwner(int number) {
    currentOwner = number;
  }

  /** Fills a convex planar face of {@code n} corners. */
  void fill(double[] x, double[] y, double[] z, int n, int colour) {
    double nx = (y[1] - y[0]) * (z[2] - z[0]) - (z[1] - z[0]) * (y[2] - y[0]);
    double ny = (z[1] - z[0]) * (x[2] - x[0]) - (x[1] - x[0]) * (z[2] - z[0]);
    double nz = (x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0]);
    double distance = nx * x[0] + ny * y[0] + nz * z[0];
    if (Math.abs(distance) < 1e-9) {
      return;
    }
    int m = clip(x, y, z, n);
    if (m < 3) {
      return;
    }
    double top = Double.MAX_VALUE;
    double bottom = -Double.MAX_VALUE;
    for (int i = 0; i < m; i++) {
      px[i] = focal * px[i] / pz[i] + centerX;
      py[i] = focal * py[i] / pz[i] + centerY;
      top = Math.min(top, py[i]);
      bottom = Math.max(bottom, py[i]);
    }
    int firstRow = Math.max(0, (int) Math.ceil(top - 0.5));
    int lastRow = Math.min(height - 1, (int) Math.floor(bottom - 0.5));
    double perX = nx / (focal * distance);
    double perY = ny / (focal * distance);
    double constant = nz / distance + perX * (0.5 - centerX) + perY * (0.5 - centerY);
    for (int row = firstRow; row <= lastRow; row++) {
      fillRow(row, m, constant + perY * row, perX, colour);
    }
  }

  private void fillRow(int row, int m, double inverseAtZero, double perX, int colour) {
    double line = row + 0.5;
    double left = Double.MAX_VALUE;
    double right = -Double.MAX_VALUE;
    for (int i = 0, j = m - 1; i < m; j = i++) {
      if ((py[i] <= line) != (py[j] <= line)) {
        double at = px[i] + (line - py[i]) / (py[j] - py[i]) * (px[j] - px[i]);
        left = Math.min(left, at);
        right = Math.max(right, at);
      }
    }
    int from = (int) Math.max(0, Math.ceil(left - 0.5));
    int to = (int) Math.min(width - 1.0, Math.floor(right - 0.5));
    int at = row * width + from;
    for (int column = from; column <= to; column++, at++) {
      float inverse = (float) (inverseAtZero + perX * column);
      if (inverse > inverseDepth[at]) {
        inverseDepth[at] = inverse;
        rgb[at] = colour;
        if (owner != null) {
          owner[at] = currentOwner;
        }
      }
    }
  }

  /** Copies the part in front of the near plane into px, py, pz. */
  private int clip(double[] x, double[] y, double[] z, int n) {
    int m = 0;
    for (int i = 0; i < n; i++) {
      int j = i + 1 == n ? 0 : i + 1;
      boolean inside = z[i] >= NEAR_M;
      if (inside) {
        px[m] = x[i];
        py[m] = y[i];
        pz[m++] = z[i];
      }
      if (inside != (z[j] >= NEAR_M)) {
        double share = (NEAR_M - z[i]) / (z[j] - z[i]);
        px[m] = x[i] + share * (x[j] - x[i]);
        py[m] = y[i] + share * (y[j] - y[i]);
        pz[m++] = NEAR_M;
      }
    }
    return m;
  }
}
