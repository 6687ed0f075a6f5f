package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/**
 * Reads maps at fractional places, PyTorch's {@code grid_sample} with bilinear interpolation, zeros
 * outside and corners not aligned. Gradients flow to map and places; the exporter says it as ONNX
 * {@code GridSample}.
 */
public final class GridSample {
  /** Name of the operation for exporters. */
  public static final String OPERATION = "gridSample";

  private GridSample() {}

  /**
   * Samples.
   *
   * @param x [B, C, H, W], no parameter
   * @param grid [B, P, Q, 2], places (x, y): −1 and 1 are the outer edges of the map
   * @return [B, C, P, Q]
   */
  public static NDArray bilinear(NDArray x, NDArray grid) {
    return OwnOperation.run(
        OPERATION, arguments -> TorchScript.call("grid_sample", arguments), x, grid);
  }
}
