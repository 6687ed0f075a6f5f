package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Decoder layers one after another, {@code layers.0}, {@code layers.1}, ... as in PyTorch. */
public final class TransformerDecoder extends Module {
  private final List<TransformerDecoderLayer> layers = new ArrayList<>();

  /**
   * @param layer makes each layer
   */
  public TransformerDecoder(int count, Supplier<TransformerDecoderLayer> layer) {
    for (int i = 0; i < count; i++) {
      layers.add(child("layers." + i, layer.get()));
    }
  }

  /**
   * @param queries [B, N, C]
   * @param memory [B, M, C]
   * @return [B, N, C]
   */
  public NDArray forward(Pass pass, NDArray queries, NDArray memory) {
    NDArray state = queries;
    for (TransformerDecoderLayer layer : layers) {
      state = layer.forward(pass, state, memory);
    }
    return state;
  }

  /** Queries and memory to one array. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.get(0), inputs.get(1)));
  }
}
