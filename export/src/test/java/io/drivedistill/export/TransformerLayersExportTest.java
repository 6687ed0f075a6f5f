package io.drivedistill.export;

import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.TransformerDecoder;
import io.drivedistill.nn.TransformerDecoderLayer;
import io.drivedistill.nn.TransformerEncoderLayer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The transformer layers of {@code nn}, whose packed projections take rows of a weight. */
class TransformerLayersExportTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void decoder() {
    TransformerDecoder decoder =
        new TransformerDecoder(2, () -> new TransformerDecoderLayer(16, 4, 32, 0.1));
    decoder.initialize(manager, 3);
    Exports.prove(
        decoder,
        List.of(InputSpec.batched("queries", 1, 3, 16), InputSpec.batched("memory", 1, 5, 16)),
        List.of("decoded"));
  }

  @Test
  void encoderLayer() {
    TransformerEncoderLayer encoder =
        new TransformerEncoderLayer(16, 4, 32, 0.1, Nonlinearity.SILU);
    encoder.initialize(manager, 3);
    Exports.prove(encoder, List.of(InputSpec.batched("tokens", 1, 7, 16)), List.of("encoded"));
  }
}
