package io.drivedistill.core;

/**
 * How LiDAR points are counted into the cells of a bird's-eye-view grid (SPEC-transfuser section
 * 1): a square around the ego vehicle, rows along x (forward), columns along y (left). Cells are
 * half open, the last of each axis is closed; points outside, or not a number, count nowhere.
 *
 * @param rows cells along x
 * @param columns cells along y
 * @param rangeM half the side of the square
 * @param groundM points above this height are obstacles
 * @param ceilingM points from this height on are dropped
 * @param groundPlane whether points up to {@code groundM} are counted too, in a channel of their
 *     own before the obstacles
 * @param maxCount counts are capped here, at most 255
 */
public record PointGrid(
    int rows,
    int columns,
    double rangeM,
    float groundM,
    float ceilingM,
    boolean groundPlane,
    int maxCount) {
  /** One for obstacles, two with the ground plane. */
  public int channels() {
    return groundPlane ? 2 : 1;
  }

  /** What is counted, for people. */
  public String inWords() {
    return rows
        + " x "
        + columns
        + " cells over "
        + rangeM
        + " m to each side, points above "
        + groundM
        + " m"
        + (groundPlane ? " and below apart" : "")
        + ", under "
        + ceilingM
        + " m, at most "
        + maxCount
        + " a cell";
  }
}
