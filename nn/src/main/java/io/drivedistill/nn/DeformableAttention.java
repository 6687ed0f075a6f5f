package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * The core of multi-scale deformable attention (Zhu et al. 2021): every query reads each map at a
 * few places of its own and sums what it finds with weights.
 */
public final class DeformableAttention {
  private DeformableAttention() {}

  /** Size of one map. */
  public record Level(int rows, int columns) {
    /** Checks the numbers. */
    public Level {
      if (rows < 1 || columns < 1) {
        throw new IllegalArgumentException("A map of " + rows + "x" + columns + " has no cell");
      }
    }
  }

  /**
   * Attends.
   *
   * @param value [B, Σ rows·columns, heads, D], the maps one after the other, row by row
   * @param levels sizes of the maps
   * @param locations [B, Q, heads, levels, points, 2], places (x, y) of which 0 and 1 are the outer
   *     edges of a map; outside there are zeros
   * @param weights [B, Q, heads, levels, points]
   * @return [B, Q, heads·D]
   */
  public static NDArray attend(
      NDArray value, List<Level> levels, NDArray locations, NDArray weights) {
    Shape places = locations.getShape();
    long queries = places.get(1);
    long heads = places.get(2);
    long points = places.get(4);
    long channels = value.getShape().get(3);
    // To heads as batches: [B·heads, D, cells] and [B·heads, levels, Q, points, 2].
    NDArray maps = value.transpose(0, 2, 3, 1).reshape(-1, channels, value.getShape().get(1));
    NDArray grids =
        Scalars.scale(locations, 2)
            .sub(1f)
            .transpose(0, 2, 3, 1, 4, 5)
            .reshape(-1, levels.size(), queries, points, 2);
    NDArray shares = weights.transpose(0, 2, 3, 1, 4).reshape(-1, levels.size(), queries, points);
    NDArray sum = null;
    long cell = 0;
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      long cells = (long) level.rows() * level.columns();
      NDArray map =
          (levels.size() == 1 ? maps : maps.get(":, :, " + cell + ":" + (cell + cells)))
              .reshape(-1, channels, level.rows(), level.columns());
      NDArray read = GridSample.bilinear(map, one(grids, i));
      NDArray weighted = read.mul(one(shares, i).expandDims(1)).sum(new int[] {3});
      sum = sum == null ? weighted : sum.add(weighted);
      cell += cells;
    }
    return sum.reshape(-1, heads * channels, queries).transpose(0, 2, 1);
  }

  private static NDArray one(NDArray perLevel, int level) {
    if (perLevel.getShape().get(1) == 1) {
      return perLevel.squeeze(1);
    }
    NDList parts = perLevel.split(perLevel.getShape().get(1), 1);
    return parts.get(level).squeeze(1);
  }
}
