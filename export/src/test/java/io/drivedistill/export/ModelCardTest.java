package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
  @TempDir Path folder;

  @Test
  void theFolderHoldsModelAndCardAndTheModelRuns() throws IOException {
    List<String> outputs = List.of("y");
    try (NDManager manager = NDManager.newBaseManager()) {
      Linear block =
          Exports.initialized(Linear.builder().setUnits(2).build(), manager, new Shape(1, 3));
      List<InputSpec> inputs = List.of(InputSpec.batched("x", 1, 3));
      OnnxModel model = new OnnxExporter().export(block, inputs, outputs);
      Parity.Report parity = Parity.check(block, model, outputs, Exports.SEED);
      LatencyBench.Settings few = new LatencyBench.Settings(1, 5, 3, 500);
      LatencyBench.Report onnx = ModelLatency.onnxRuntime(model, SessionSettings.cpu(1), few);
      LatencyBench.Report eager = ModelLatency.eager(block, inputs, few);
      TensorSpec x = TensorSpec.of("x", Dtype.F32, new long[] {-1, 3}, "m", "ego", "A point.");
      TensorSpec y = TensorSpec.of("y", Dtype.F32, new long[] {-1, 2}, "m", "ego", "A place.");
      ModelCard card =
          new ModelCard(
              "student",
              List.of(new ModelCard.Port(x, "none")),
              List.of(new ModelCard.Port(y, "none")),
              OnnxExporter.OPSET,
              8,
              Map.of("seed", "1"),
              Map.of("pdms", 0.5),
              parity,
              List.of(onnx, eager),
              List.of(
                  new ModelCard.PrecisionResult(
                      Precision.FP32, "student.onnx", 32, 1e-6, 0, Optional.of(0.5), 3, onnx)),
              Optional.of(new ModelCard.PointCounting(3, 12)),
              Optional.of(Map.of("transfuser", Map.of("poses", 8))));
      Path target = folder.resolve("export");
      card.write(target, Map.of(Precision.FP32, model));

      assertThat(ModelCard.read(target)).isEqualTo(card);
      assertThatAChangedWeightIsFound(target.resolve("student.onnx"));
      ModelProto written;
      try (var in = Files.newInputStream(target.resolve("student.onnx"))) {
        written = ModelProto.parseFrom(in);
      }
      assertThat(written.getMetadataPropsList())
          .anySatisfy(
              fact -> {
                assertThat(fact.getKey()).isEqualTo("drivedistill.scores");
                assertThat(fact.getValue()).contains("\"pdms\" : 0.5");
              });
      assertThat(onnx.backToBack().runs()).isEqualTo(5);
      assertThat(onnx.paced().runs()).isEqualTo(3);
      assertThat(onnx.backToBack().p50Ms()).isLessThanOrEqualTo(onnx.backToBack().maxMs());
      assertThat(eager.threads()).isPositive();
      try (OnnxSession session =
          OnnxSession.open(target.resolve("student.onnx"), SessionSettings.cpu(1))) {
        Map<String, HostTensor> result =
            session.run(Map.of("x", HostTensor.of(new float[] {1, 2, 3}, 1, 3)));
        assertThat(result.get("y").shape()).containsExactly(1L, 2L);
        assertThatThrownBy(() -> session.run(Map.of("x", HostTensor.of(new float[] {1, 2}, 1, 2))))
            .isInstanceOf(DriveDistillException.class)
            .hasMessageContaining("Maybe an input");
      }
    }
  }

  private static void assertThatAChangedWeightIsFound(Path file) throws IOException {
    assertThat(file.resolveSibling("SHA256SUMS"))
        .content()
        .containsPattern("(?m)^[0-9a-f]{64}  card.json$")
        .containsPattern("(?m)^[0-9a-f]{64}  student.onnx$")
        .hasLineCount(2);
    Checksums.require(file);
    byte[] whole = Files.readAllBytes(file);
    byte[] changed = whole.clone();
    changed[changed.length / 2] ^= 1;
    Files.write(file, changed);
    assertThatThrownBy(() -> Checksums.require(file))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Maybe the copy was cut short");
    Files.write(file, whole);
  }

  @Test
  void aDamagedModelIsRefused() throws IOException {
    Path file = folder.resolve("broken.onnx");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> OnnxSession.open(file, SessionSettings.cpu(1)))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("broken.onnx");
  }
}
