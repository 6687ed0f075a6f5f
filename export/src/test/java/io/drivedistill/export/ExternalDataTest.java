package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A limit of some kilobytes stands for the 2 GiB of a real one. */
class ExternalDataTest {
  private static final long LIMIT_BYTES = 4096;

  @TempDir Path folder;

  private static OnnxModel model() {
    try (NDManager manager = NDManager.newBaseManager()) {
      SequentialBlock block =
          new SequentialBlock()
              .add(Linear.builder().setUnits(40).build())
              .add(Linear.builder().setUnits(30).build());
      Exports.initialized(block, manager, new Shape(1, 50));
      return new OnnxExporter().export(block, List.of(InputSpec.batched("x", 1, 50)), List.of("y"));
    }
  }

  @Test
  void weightsBesideTheModelGiveTheSameResults() throws IOException {
    OnnxModel model = model();
    Path whole = folder.resolve("whole.onnx");
    Path split = folder.resolve("split.onnx");
    model.write(whole, Long.MAX_VALUE);
    model.write(split, LIMIT_BYTES);
    assertThat(folder.resolve("whole.onnx.data")).doesNotExist();
    assertThat(Files.size(folder.resolve("split.onnx.data")))
        .isGreaterThan(4 * (50 * 40 + 40 * 30));
    assertThat(Files.size(split)).isLessThan(3000);
    try (OnnxSession one = OnnxSession.open(whole, SessionSettings.cpu(1));
        OnnxSession other = OnnxSession.open(split, SessionSettings.cpu(1))) {
      Map<String, HostTensor> inputs = one.exampleInputs(new SplittableRandom(3));
      assertThat(other.run(inputs).get("y").toDoubles())
          .isEqualTo(one.run(inputs).get("y").toDoubles());
    }
  }

  @Test
  void aMovedModelMissesItsWeights() throws IOException {
    Path split = folder.resolve("split.onnx");
    model().write(split, LIMIT_BYTES);
    Files.delete(folder.resolve("split.onnx.data"));
    assertThatThrownBy(() -> OnnxSession.open(split, SessionSettings.cpu(1)))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("split.onnx");
  }
}
