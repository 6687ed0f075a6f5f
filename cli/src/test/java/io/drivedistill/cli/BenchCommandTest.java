package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aModelWithAnOpenBatchSizeIsTimed() throws IOException {
    Path model = folder.resolve("relu.onnx");
    Files.write(model, relu().toByteArray());
    Path json = folder.resolve("bench.json");
    assertThat(
            run(
                "bench",
                folder.toString(),
                "--threads",
                "1",
                "--runs",
                "4",
                "--rate",
                "1000",
                "--json",
                json.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("ONNX Runtime, CPU, 1 thread")
        .contains("back to back")
        .contains("network, 1000 Hz")
        .doesNotContain("camera to trajectory");
    assertThat(json).content().contains("\"p99Ms\"", "\"CPUExecutionProvider\" : 1");
    assertThat(run("bench", model.toString(), "--threads", "1", "--runs", "1")).isZero();
  }

  @Test
  void missingAndDamagedModelsAreSaidPlainly() throws IOException {
    assertThat(run("bench", folder.resolve("no.onnx").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("There is no model").contains("Maybe ");
    assertThat(run("bench", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("There is no ONNX file");
    Path damaged = Files.writeString(folder.resolve("d.onnx"), "not a model");
    assertThat(run("bench", damaged.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("ONNX Runtime refuses");
    assertThat(run("bench", damaged.toString(), "--runs", "0")).isEqualTo(2);
  }

  @Test
  void aProviderThatIsNotThereIsNoReasonToUseAnother() throws IOException {
    Path model = folder.resolve("relu.onnx");
    Files.write(model, relu().toByteArray());
    assertThat(run("bench", model.toString(), "--provider", "gpu")).isEqualTo(1);
    assertThat(err.toString()).contains("no execution provider 'gpu'").contains("tensorrt");
    assertThat(run("bench", model.toString(), "--option", "use_tf32=0")).isEqualTo(1);
    assertThat(err.toString()).contains("CPU provider has no options");
    assertThat(run("bench", model.toString(), "--engines", "cache")).isEqualTo(1);
    assertThat(err.toString()).contains("Only TensorRT keeps engines");
    assertThat(out.toString()).isEmpty();
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private static ModelProto relu() {
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(
            GraphProto.newBuilder()
                .setName("relu")
                .addInput(value("x"))
                .addOutput(value("y"))
                .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("x").addOutput("y")))
        .build();
  }

  private static ValueInfoProto value(String name) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(3));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
