package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Reads maps at places between their cells: bilinear, zero outside, pixel centres at half numbers
 * (PyTorch's {@code grid_sample} with {@code align_corners=False}). Composed of gathers, with
 * gradients to the map and to the places.
 */
public final class BilinearSampling {
  private BilinearSampling() {}

  /**
   * @param maps [B, C, H, W]
   * @param places [B, h, w, 2], x then y, −1 at the left or upper edge and 1 at the opposite one
   * @return [B, C, h, w]
   */
  public static NDArray of(NDArray maps, NDArray places) {
    Shape size = maps.getShape();
    Shape asked = places.getShape();
    long count = asked.get(1) * asked.get(2);
    NDArray flat = maps.reshape(size.get(0), size.get(1), size.get(2) * size.get(3));
    NDArray x = cells(places.get("..., 0"), size.get(3)).reshape(-1, 1, count);
    NDArray y = cells(places.get("..., 1"), size.get(2)).reshape(-1, 1, count);
    NDArray left = x.floor().stopGradient();
    NDArray top = y.floor().stopGradient();
    NDArray right = x.sub(left);
    NDArray lower = y.sub(top);
    NDArray sum = null;
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2; column++) {
        NDArray share =
            (column == 0 ? Scalars.oneMinus(right) : right)
                .mul(row == 0 ? Scalars.oneMinus(lower) : lower);
        NDArray part = corner(flat, left.add(column), top.add(row), size).mul(share);
        sum = sum == null ? part : sum.add(part);
      }
    }
    return sum.reshape(size.get(0), size.get(1), asked.get(1), asked.get(2));
  }

  /** From −1..1 over the whole axis to cell numbers, the first cell's centre being 0. */
  private static NDArray cells(NDArray places, long count) {
    return Scalars.scale(places.add(1f), count / 2.0).sub(0.5f);
  }

  /** Values at whole cells, 0 outside: [B, C, count]. */
  private static NDArray corner(NDArray flat, NDArray x, NDArray y, Shape size) {
    NDArray inside =
        x.gte(0)
            .logicalAnd(x.lt(size.get(3)))
            .logicalAnd(y.gte(0))
            .logicalAnd(y.lt(size.get(2)))
            .toType(DataType.FLOAT32, false);
    NDArray column = x.clip(0, size.get(3) - 1);
    NDArray row = y.clip(0, size.get(2) - 1);
    NDArray index = Scalars.scale(row, size.get(3)).add(column).toType(DataType.INT64, false);
    NDArray everywhere =
        index.broadcast(new Shape(size.get(0), size.get(1), index.getShape().get(2)));
    return flat.gather(everywhere, 2).mul(inside);
  }
}
