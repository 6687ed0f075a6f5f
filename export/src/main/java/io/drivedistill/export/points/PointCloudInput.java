package io.drivedistill.export.points;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.PointGrid;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.graph.GraphValidation;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lets a model take LiDAR points instead of counts: float32 [batch, points, 3] as x, y, z in the
 * ego frame, or [batch, points, 4] with a fourth value, as intensity, that is not read. The number
 * of points is free and may be zero; in a batch of clouds of different lengths the shorter ones are
 * filled up with NaN, which counts nowhere.
 */
public final class PointCloudInput {
  /** Name of the input. */
  public static final String NAME = "points";

  private final PointGrid grid;
  private final int values;

  /**
   * An input.
   *
   * @param values per point, 3 or 4
   */
  public PointCloudInput(PointGrid grid, int values) {
    if (values < 3 || values > 4) {
      throw new DriveDistillException(
          "A point of " + values + " values was asked for",
          "Maybe use 3 (x, y, z) or 4 (x, y, z, intensity).");
    }
    this.grid = grid;
    this.values = values;
  }

  /** What the input is, for a card. */
  public TensorSpec spec() {
    return TensorSpec.of(
        NAME,
        Dtype.F32,
        new long[] {TensorSpec.BATCH, TensorSpec.FREE, values},
        "m",
        "ego at the current time",
        "LiDAR points: x forward, y left, z up"
            + (values == 4 ? ", and a value that is not read." : "."));
  }

  /** What happens to the points inside the model, in words. */
  public String normalization() {
    return "counted inside the network: " + grid.inWords();
  }

  /**
   * The model with points in the place of the counts.
   *
   * @param counts name of its uint8 input [batch, channels, rows, columns]
   */
  public OnnxModel inFrontOf(OnnxModel model, String counts) {
    GraphProto graph = model.proto().getGraph();
    ValueInfoProto old =
        graph.getInputList().stream()
            .filter(input -> input.getName().equals(counts))
            .findFirst()
            .orElseThrow(
                () ->
                    new DriveDistillException(
                        "The model has no input '" + counts + "' to count points for",
                        "Maybe its student takes no LiDAR; leave export.lidar out."));
    Dimension batch = old.getType().getTensorType().getShape().getDim(0);
    GraphProto counting = new PointCounting(grid, batch).nodes(NAME, counts);
    GraphProto.Builder merged = graph.toBuilder().clearInput().clearNode();
    for (ValueInfoProto input : graph.getInputList()) {
      merged.addInput(input.getName().equals(counts) ? declared(batch) : input);
    }
    merged.addAllNode(counting.getNodeList()).addAllNode(graph.getNodeList());
    merged.addAllInitializer(counting.getInitializerList());
    merged.addAllValueInfo(counting.getValueInfoList()).addValueInfo(old);
    ModelProto proto = model.proto().toBuilder().setGraph(merged).build();
    GraphValidation.check(proto);
    List<InputSpec> inputs =
        model.inputs().stream()
            .map(input -> input.name().equals(counts) ? input() : input)
            .toList();
    return new OnnxModel(proto, inputs, model.outputs());
  }

  /** The counting alone: points in, counts out. */
  public OnnxModel alone(String counts) {
    Dimension batch = Types.free("batch");
    ValueInfoProto output =
        Types.value(
            counts,
            TensorProto.DataType.UINT8,
            Stream.concat(
                    Stream.of(batch),
                    Stream.of(grid.channels(), grid.rows(), grid.columns()).map(Types::size))
                .toList());
    GraphProto graph =
        new PointCounting(grid, batch)
            .nodes(NAME, counts).toBuilder()
                .setName("PointCounting")
                .addInput(declared(batch))
                .addOutput(output)
                .build();
    ModelProto proto =
        ModelProto.newBuilder()
            .setIrVersion(OnnxExporter.IR_VERSION)
            .setProducerName("DriveDistill")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OnnxExporter.OPSET))
            .setGraph(graph)
            .build();
    GraphValidation.check(proto);
    return new OnnxModel(proto, List.of(input()), List.of(counts));
  }

  private ValueInfoProto declared(Dimension batch) {
    return Types.value(
        NAME, TensorProto.DataType.FLOAT, List.of(batch, Types.free(NAME), Types.size(values)));
  }

  private InputSpec input() {
    return new InputSpec(
        NAME,
        DataType.FLOAT32,
        List.of(1L, 1000L, (long) values),
        true,
        -1.25 * grid.rangeM(),
        1.25 * grid.rangeM());
  }
}
