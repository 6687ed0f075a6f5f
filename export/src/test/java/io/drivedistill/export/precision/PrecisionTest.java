package io.drivedistill.export.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Parity;
import io.drivedistill.export.precision.CalibrationSettings.Range;
import io.drivedistill.export.precision.CalibrationSettings.ZeroPoint;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.TransformerEncoderLayer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecisionTest {
  private static final long SEED = 4711;
  private static final List<String> LOGITS = List.of("logits");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Fills every parameter, variances with positive values, so that no layer is without effect. */
  private static void fill(Block block) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (var entry : block.getParameters()) {
      Parameter parameter = entry.getValue();
      float[] values = new float[(int) parameter.getShape().size()];
      boolean scale = entry.getKey().endsWith("gamma") || entry.getKey().endsWith("runningVar");
      double fanIn = Math.max(1, values.length / (double) parameter.getShape().get(0));
      double width = scale ? 0.2 : 1.2 / Math.sqrt(fanIn);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((scale ? 1 : 0) + width * (2 * random.nextDouble() - 1));
      }
      NDArray array = parameter.getArray();
      array.set(values);
    }
  }

  private OnnxModel resNet(List<Block> kept) {
    Block block =
        new SequentialBlock()
            .add(
                ResNetV1.builder()
                    .setNumLayers(18)
                    .setOutSize(10)
                    .setImageShape(new Shape(3, 32, 32))
                    .build())
            // the last layer is one of coordinates and stays as it is
            .add(Linear.builder().setUnits(4).build());
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
    fill(block);
    kept.add(block);
    return new OnnxExporter()
        .export(block, List.of(InputSpec.batched("image", 1, 3, 32, 32)), LOGITS);
  }

  private static List<Map<String, HostTensor>> scenes(String name, int count, long... shape) {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    List<Map<String, HostTensor>> scenes = new ArrayList<>();
    for (int scene = 0; scene < count; scene++) {
      HostTensor tensor = HostTensor.zeros(DataType.FLOAT32, shape);
      var values = tensor.floats();
      while (values.hasRemaining()) {
        values.put((float) (2 * random.nextDouble() - 1));
      }
      scenes.add(Map.of(name, tensor));
    }
    return scenes;
  }

  private static Set<String> operators(OnnxModel model, String input) {
    GraphProto graph = model.proto().getGraph();
    Set<String> found = new LinkedHashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getInputList().contains(input)) {
        found.add(node.getOpType());
      }
    }
    return found;
  }

  private static Parity.Report compare(Block block, OnnxModel model, double tolerance) {
    return Parity.check(block, model, LOGITS, SEED, List.of(1, 3), tolerance);
  }

  @Test
  void halfPrecisionHalvesTheFileAndKeepsTheResult() {
    List<Block> block = new ArrayList<>();
    OnnxModel full = resNet(block);
    OnnxModel half = HalfPrecisionModel.of(full);
    assertThat((double) half.weightBytes()).isLessThan(0.52 * full.weightBytes());
    assertThat(half.proto().getGraph().getNodeList())
        .noneMatch(node -> node.getOpType().equals("BatchNormalization"));
    assertThat(compare(block.get(0), half, 1e-2).largestRelative()).isGreaterThan(1e-6);
  }

  @ParameterizedTest
  @CsvSource({"MIN_MAX,FREE", "PERCENTILE,FREE", "MIN_MAX,CENTRED"})
  void integersQuarterTheFileAndStayClose(Range range, ZeroPoint zeroPoint) {
    List<Block> block = new ArrayList<>();
    OnnxModel full = resNet(block);
    CalibrationSettings settings = new CalibrationSettings(6, range, 99.99, zeroPoint);
    OnnxModel integers = IntegerModel.of(full, scenes("image", 8, 1, 3, 32, 32), settings);
    assertThat((double) integers.weightBytes()).isLessThan(0.28 * full.weightBytes());
    assertThat(operators(integers, "image")).containsExactly("QuantizeLinear");
    assertThat(compare(block.get(0), integers, 0.1).largestRelative()).isGreaterThan(1e-4);
    List<TensorProto> weights =
        integers.proto().getGraph().getInitializerList().stream()
            .filter(tensor -> tensor.getName().endsWith(".integers") && tensor.getDimsCount() == 4)
            .toList();
    assertThat(weights).hasSizeGreaterThan(15);
    for (TensorProto weight : weights) {
      String name = weight.getName().replace(".integers", ".scale");
      assertThat(integers.proto().getGraph().getInitializerList())
          .as("one scale per output channel")
          .anyMatch(t -> t.getName().equals(name) && t.getDims(0) == weight.getDims(0));
    }
  }

  @Test
  void softmaxAndCoordinatesStayInFloat32() {
    TransformerEncoderLayer layer = new TransformerEncoderLayer(16, 4, 32, 0, Nonlinearity.SILU);
    layer.initialize(manager, SEED);
    Linear head = Linear.builder().setUnits(3).build();
    head.initialize(manager, DataType.FLOAT32, new Shape(1, 7, 16));
    Block block = new SequentialBlock().add(layer).add(head);
    List<InputSpec> inputs = List.of(InputSpec.batched("tokens", 1, 7, 16));
    OnnxModel full = new OnnxExporter().export(block, inputs, LOGITS);
    OnnxModel half = HalfPrecisionModel.of(full);
    assertThat(typeOfInput(half, "Softmax")).isEqualTo(TensorProto.DataType.FLOAT);
    GraphProto graph = half.proto().getGraph();
    NodeProto last = graph.getNode(graph.getNodeCount() - 1);
    assertThat(last.getOutput(0)).isEqualTo("logits");
    assertThat(typeOf(half, last.getInput(0))).isEqualTo(TensorProto.DataType.FLOAT);
    compare(block, half, 5e-3);
    compare(
        block,
        IntegerModel.of(full, scenes("tokens", 4, 2, 7, 16), CalibrationSettings.standard()),
        0.1);
  }

  @Test
  void layersThatDecideAChoiceStayInFloat32() {
    OnnxModel scores = tokenScores(array -> array);
    List<Map<String, HostTensor>> scenes = scenes("tokens", 4, 1, 300, 16);
    CalibrationSettings settings = CalibrationSettings.standard();
    assertThat(integerWeights(IntegerModel.of(scores, scenes, settings))).isPositive();
    Block[] choosing = new Block[1];
    OnnxModel choice =
        tokenScores(array -> array.argMax(2).toType(DataType.FLOAT32, false), choosing);
    OnnxModel integers = IntegerModel.of(choice, scenes, settings);
    assertThat(integerWeights(integers)).isZero();
    compare(choosing[0], integers, 1e-6);
  }

  private OnnxModel tokenScores(UnaryOperator<NDArray> result, Block... kept) {
    Block block =
        new SequentialBlock()
            // the first and the last layer compute with coordinates and stay as they are
            .add(Linear.builder().setUnits(16).build())
            .add(arrays -> new NDList(arrays.get(0).getNDArrayInternal().relu()))
            .add(Linear.builder().setUnits(16).build())
            .add(arrays -> new NDList(arrays.get(0).getNDArrayInternal().relu()))
            .add(Linear.builder().setUnits(16).build())
            .add(arrays -> new NDList(result.apply(arrays.get(0))));
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 300, 16));
    fill(block);
    if (kept.length > 0) {
      kept[0] = block;
    }
    return new OnnxExporter()
        .export(block, List.of(InputSpec.batched("tokens", 1, 300, 16)), LOGITS);
  }

  private static long integerWeights(OnnxModel model) {
    return model.proto().getGraph().getInitializerList().stream()
        .filter(tensor -> tensor.getName().endsWith(".integers"))
        .count();
  }

  private static TensorProto.DataType typeOfInput(OnnxModel model, String operator) {
    return model.proto().getGraph().getNodeList().stream()
        .filter(node -> node.getOpType().equals(operator))
        .map(node -> typeOf(model, node.getInput(0)))
        .reduce((a, b) -> a == b ? a : TensorProto.DataType.UNDEFINED)
        .orElseThrow();
  }

  private static TensorProto.DataType typeOf(OnnxModel model, String tensor) {
    return model.proto().getGraph().getValueInfoList().stream()
        .filter(value -> value.getName().equals(tensor))
        .map(v -> TensorProto.DataType.forNumber(v.getType().getTensorType().getElemType()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRareValueWidensMinMaxOnly() {
    ValueHistogram histogram = new ValueHistogram(new ValueRange(-1, 100));
    var values = HostTensor.zeros(DataType.FLOAT32, 100_000).floats();
    for (int i = 0; i < 99_999; i++) {
      values.put(-1 + 2f * i / 99_999);
    }
    values.put(100);
    histogram.add(values.flip());
    ValueRange range = histogram.within(99.9);
    assertThat(range.high()).isBetween(0.9f, 1.1f);
    assertThat(range.low()).isBetween(-1f, -0.9f);
    assertThat(histogram.within(100)).isEqualTo(new ValueRange(-1, 100));
  }

  @Test
  void integersNeedScenesThatAreNumbers() {
    List<Block> block = new ArrayList<>();
    OnnxModel full = resNet(block);
    assertThatThrownBy(() -> IntegerModel.of(full, List.of(), CalibrationSettings.standard()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("no scene");
    var broken = scenes("image", 1, 1, 3, 32, 32);
    broken.get(0).get("image").floats().put(0, Float.NaN);
    assertThatThrownBy(() -> IntegerModel.of(full, broken, CalibrationSettings.standard()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> new CalibrationSettings(0, Range.MIN_MAX, 99, ZeroPoint.FREE))
        .hasMessageContaining("0 scenes");
  }

  @Test
  void aNetworkWithoutLayersStaysAsItIs() {
    Block block = new LambdaBlock(inputs -> new NDList(inputs.get(0).mul(2)));
    OnnxModel full =
        new OnnxExporter().export(block, List.of(InputSpec.batched("x", 1, 4)), LOGITS);
    compare(block, IntegerModel.of(full, List.of(), CalibrationSettings.standard()), 1e-6);
    compare(block, HalfPrecisionModel.of(full), 1e-6);
  }
}
