package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.RmsNorm;
import java.util.ArrayList;
import java.util.List;

/** The language model without its output layer (SPEC-qwen2_5_vl section 4). */
final class QwenDecoder extends Module {
  private final Embedding embedding;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final RmsNorm norm;

  QwenDecoder(QwenConfig.Text config) {
    embedding =
        child(
            "embed_tokens",
            new Embedding(
                config.vocabularySize(),
                config.hiddenSize(),
                new Initialization.Normal((float) config.initialDeviation())));
    for (int i = 0; i < config.layers(); i++) {
      layers.add(child("layers." + i, new DecoderLayer(config, i)));
    }
    norm = child("norm", new RmsNorm(config.hiddenSize(), config.normEpsilon()));
  }

  Embedding embedding() {
    return embedding;
  }

  List<DecoderLayer> layers() {
    return layers;
  }

  RmsNorm norm() {
    return norm;
  }

  /** Embedded tokens [B, N, C] to hidden states of the last layer, normalised. */
  NDArray forward(Pass pass, NDArray x, Rotation rotation, NDArray mask, KeyValueCache cache) {
    NDArray hidden = x;
    for (DecoderLayer layer : layers) {
      hidden = layer.forward(pass, hidden, rotation, mask, cache);
    }
    return norm.forward(pass, hidden);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    throw new UnsupportedOperationException("Called through QwenVl");
  }
}
