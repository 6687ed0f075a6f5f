package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.export.ModelCard;
import io.drivedistill.student.ipad.IpadConfig;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        .contains("camera to trajectory: not measured, the file does not say which student");
    assertThat(json).content().contains("\"p99Ms\"", "\"CPUExecutionProvider\" : 1");
    assertThat(run("bench", model.toString(), "--threads", "1", "--runs", "1")).isZero();
  }

  @Test
  void anyStudentIsTimedFromCameraToTrajectory() throws IOException {
    TransfuserConfig sizes = TransfuserConfig.quickstart();
    long[] camera = {3, sizes.image().height(), sizes.image().width()};
    Path model = folder.resolve("student.onnx");
    ModelProto transfuser = student("transfuser", sizes, "camera", camera).build();
    Files.write(model, transfuser.toByteArray());
    Path json = folder.resolve("bench.json");
    String[] quick = {"--threads", "1", "--runs", "2", "--warm-up", "0", "--rate", "50"};
    assertThat(bench(model, quick, "--json", json.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("camera to trajectory, back to back");
    assertThat(json).content().contains("\"subject\" : \"Camera to trajectory, CPU\"");

    IpadConfig ipad = IpadConfig.quickstart();
    long[] cameras = {
      ipad.image().cameras().size(), 3, ipad.image().height(), ipad.image().width()
    };
    Files.write(model, student("ipad", ipad, "cameras", cameras).build().toByteArray());
    out.getBuffer().setLength(0);
    assertThat(bench(model, quick)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("camera to trajectory, back to back");

    Files.write(model, student("transfuser", sizes, "radar", camera).build().toByteArray());
    assertThat(bench(model, quick)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("nothing tells what a car gives to the inputs [radar]");

    Files.write(model, student("wagon", sizes, "camera", camera).build().toByteArray());
    assertThat(bench(model, quick)).isEqualTo(1);
    assertThat(err.toString()).contains("no student 'wagon'").contains("DRIVEDISTILL_PLUGINS");
  }

  private int bench(Path model, String[] options, String... more) {
    List<String> arguments = new ArrayList<>(List.of("bench", model.toString()));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  /** A model that hands its picture through and says that it is a student. */
  private static ModelProto.Builder student(
      String kind, Record sizes, String picture, long[] shape) {
    ModelProto.Builder model = relu().toBuilder();
    TensorShapeProto.Builder dims =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (long size : shape) {
      dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    TypeProto type =
        TypeProto.newBuilder()
            .setTensorType(
                TypeProto.Tensor.newBuilder()
                    .setElemType(TensorProto.DataType.UINT8_VALUE)
                    .setShape(dims))
            .build();
    model
        .getGraphBuilder()
        .clearInput()
        .clearOutput()
        .clearNode()
        .addInput(ValueInfoProto.newBuilder().setName(picture).setType(type))
        .addOutput(ValueInfoProto.newBuilder().setName("trajectory").setType(type))
        .addNode(
            NodeProto.newBuilder().setOpType("Identity").addInput(picture).addOutput("trajectory"));
    return model.addMetadataProps(
        StringStringEntryProto.newBuilder()
            .setKey(ModelCard.STUDENT_FACT)
            .setValue(JsonFiles.text(Map.of(kind, sizes))));
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
    assertThat(run("bench", model.toString(), "--provider", "gpu")).isEqualTo(2);
    assertThat(err.toString()).contains("no execution provider 'gpu'").contains("tensorrt");
    assertThat(run("bench", model.toString(), "--option", "use_tf32=0")).isEqualTo(2);
    assertThat(err.toString()).contains("CPU provider has no options");
    assertThat(run("bench", model.toString(), "--engines", "cache")).isEqualTo(2);
    assertThat(err.toString()).contains("Only TensorRT keeps engines");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--runs,0,--runs is 0",
    "--warm-up,-1,--warm-up is -1",
    "--rate,0,--rate is 0.0",
    "--rate,NaN,--rate is NaN",
    "--rate,Infinity,--rate is Infinity",
    "--threads,0,--threads is 0",
    "--threads,100000,--threads is 100000"
  })
  void aNumberThatMakesNoSenseIsNamed(String option, String value, String said) throws IOException {
    Path model = folder.resolve("relu.onnx");
    Files.write(model, relu().toByteArray());
    assertThat(run("bench", model.toString(), option, value)).isEqualTo(2);
    assertThat(err.toString()).contains(said + ", expected ").contains("Maybe ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void figuresAreNotMeasuredForAFolderInThePlaceOfAFile() throws IOException {
    Path model = folder.resolve("relu.onnx");
    Files.write(model, relu().toByteArray());
    assertThat(run("bench", model.toString(), "--json", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--json is " + folder);
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
