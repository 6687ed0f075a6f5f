package io.drivedistill.export.points;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.drivedistill.core.PointGrid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;

/**
 * ONNX nodes that count points into cells, exactly as a {@link PointGrid} lays down.
 *
 * <p>All arithmetic is float32, which every provider has, and yet no point near an edge changes its
 * cell: the quotient only guesses the cell, then the point is compared with tables that hold, for
 * each edge, the smallest float32 not below it. The guess is at most one cell off. Points that
 * count nowhere go to a spare cell behind the grid that is cut off in the end.
 */
final class PointCounting {
  private static final TensorProto.DataType FLOAT = TensorProto.DataType.FLOAT;
  private static final TensorProto.DataType LONG = TensorProto.DataType.INT64;
  private static final TensorProto.DataType BOOL = TensorProto.DataType.BOOL;

  /** In front of every name, so that none meets a name of the network. */
  private static final String SCOPE = "points.";

  private final PointGrid grid;
  private final Dimension batch;
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final List<Dimension> perPoint;
  private int nodes;

  /**
   * A counting.
   *
   * @param batch size of the first axis, as the network names it
   */
  PointCounting(PointGrid grid, Dimension batch) {
    this.grid = grid;
    this.batch = batch;
    perPoint = List.of(batch, Types.free(PointCloudInput.NAME));
  }

  /**
   * The nodes, their constants and the types between them; the result's type is not among these.
   *
   * @param points name of float32 [batch, points, 3 or more]
   * @param counts name that the uint8 [batch, channels, rows, columns] gets
   */
  GraphProto nodes(String points, String counts) {
    Place x = place(points, 0, grid.rows());
    Place y = place(points, 1, grid.columns());
    String z = column(points, 2);
    String above = perPoint("Greater", BOOL, z, number("ground", grid.groundM()));
    String counted =
        perPoint(
            "And",
            BOOL,
            perPoint("And", BOOL, x.inside(), y.inside()),
            perPoint("Less", BOOL, z, number("ceiling", grid.ceilingM())));
    String index =
        perPoint(
            "Add",
            LONG,
            perPoint("Mul", LONG, x.cell(), scalar("row_length", grid.columns())),
            y.cell());
    long plane = (long) grid.rows() * grid.columns();
    if (grid.groundPlane()) {
      String channel = perPoint("Cast", LONG, to(LONG), above);
      index =
          perPoint(
              "Add", LONG, index, perPoint("Mul", LONG, channel, scalar("plane_length", plane)));
    } else {
      counted = perPoint("And", BOOL, counted, above);
    }
    long total = plane * grid.channels();
    String slot = perPoint("Where", LONG, counted, index, scalar("spare_cell", total));
    sum(slot, perPoint("Cast", FLOAT, to(FLOAT), counted), points, total, counts);
    return graph.build();
  }

  private void sum(String slot, String ones, String points, long total, String counts) {
    List<Dimension> withSpare = List.of(batch, Types.size(total + 1));
    List<Dimension> flat = List.of(batch, Types.size(total));
    AttributeProto second = Types.attribute("axis", 1);
    String size =
        node(
            "Shape",
            LONG,
            List.of(Types.size(1)),
            List.of(Types.attribute("start", 0), Types.attribute("end", 1)),
            points);
    String sizes =
        node(
            "Concat",
            LONG,
            List.of(Types.size(2)),
            List.of(Types.attribute("axis", 0)),
            size,
            longs("cells_and_spare", total + 1));
    String zeros = node("Expand", FLOAT, withSpare, List.of(), number("zero", 0), sizes);
    String sums =
        node(
            "ScatterElements",
            FLOAT,
            withSpare,
            List.of(second, Types.attribute("reduction", "add")),
            zeros,
            slot,
            ones);
    String cells =
        node(
            "Slice",
            FLOAT,
            flat,
            List.of(),
            sums,
            longs("first", 0),
            longs("end", total),
            longs("cell_axis", 1));
    String capped =
        node("Min", FLOAT, flat, List.of(), cells, number("most", (float) grid.maxCount()));
    String bytes =
        node(
            "Cast",
            TensorProto.DataType.UINT8,
            flat,
            List.of(to(TensorProto.DataType.UINT8)),
            capped);
    String shape = longs("shape", -1, grid.channels(), grid.rows(), grid.columns());
    add("Reshape", List.of(), counts, bytes, shape);
  }

  /** The cell of every point along one axis, and whether it lies in the grid. */
  private record Place(String cell, String inside) {}

  private Place place(String points, int column, int count) {
    String axis = column == 0 ? "x" : "y";
    String value = column(points, column);
    String inside =
        perPoint(
            "And",
            BOOL,
            perPoint("GreaterOrEqual", BOOL, value, number("lowest", atLeast(-grid.rangeM()))),
            perPoint("LessOrEqual", BOOL, value, number("highest", -atLeast(-grid.rangeM()))));
    // what is outside or not a number must not become an index
    String safe = perPoint("Where", FLOAT, inside, value, number("zero", 0));
    double step = 2 * grid.rangeM() / count;
    String scaled =
        perPoint(
            "Mul",
            FLOAT,
            perPoint("Add", FLOAT, safe, number("range", (float) grid.rangeM())),
            number(axis + "_cells_per_metre", (float) (1 / step)));
    String guess =
        perPoint(
            "Cast",
            LONG,
            to(LONG),
            perPoint(
                "Clip",
                FLOAT,
                perPoint("Floor", FLOAT, scaled),
                number("zero", 0),
                number(axis + "_last_cell", count - 1f)));
    float[] lower = new float[count];
    float[] upper = new float[count];
    for (int i = 0; i < count; i++) {
      lower[i] = atLeast(i * step - grid.rangeM());
      upper[i] = i + 1 < count ? atLeast((i + 1) * step - grid.rangeM()) : Float.POSITIVE_INFINITY;
    }
    AttributeProto first = Types.attribute("axis", 0);
    String low = perPoint("Gather", FLOAT, first, floats(axis + "_lower_edges", lower), guess);
    String high = perPoint("Gather", FLOAT, first, floats(axis + "_upper_edges", upper), guess);
    String down = perPoint("Cast", LONG, to(LONG), perPoint("Less", BOOL, safe, low));
    String up = perPoint("Cast", LONG, to(LONG), perPoint("GreaterOrEqual", BOOL, safe, high));
    String cell = perPoint("Sub", LONG, perPoint("Add", LONG, guess, up), down);
    return new Place(cell, inside);
  }

  /** The smallest float32 that is not below a number: comparing with it is comparing with that. */
  private static float atLeast(double value) {
    float near = (float) value;
    return near < value ? Math.nextUp(near) : near;
  }

  private String column(String points, int column) {
    return perPoint(
        "Gather", FLOAT, Types.attribute("axis", 2), points, scalar("column_" + column, column));
  }

  private String perPoint(String operator, TensorProto.DataType type, String... inputs) {
    return node(operator, type, perPoint, List.of(), inputs);
  }

  private String perPoint(
      String operator, TensorProto.DataType type, AttributeProto with, String... inputs) {
    return node(operator, type, perPoint, List.of(with), inputs);
  }

  private String node(
      String operator,
      TensorProto.DataType type,
      List<Dimension> shape,
      List<AttributeProto> with,
      String... inputs) {
    String result = SCOPE + operator.toLowerCase(Locale.ROOT) + "_" + nodes;
    ValueInfoProto value = Types.value(result, type, shape);
    graph.addValueInfo(value);
    add(operator, with, result, inputs);
    return result;
  }

  private void add(String operator, List<AttributeProto> with, String result, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(SCOPE + "node_" + nodes++)
            .setDocString("points counted into cells")
            .addAllInput(List.of(inputs))
            .addOutput(result)
            .addAllAttribute(with));
  }

  private static AttributeProto to(TensorProto.DataType type) {
    return Types.attribute("to", type.getNumber());
  }

  private String number(String name, float value) {
    ByteBuffer data = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return constant(name, FLOAT, List.of(), data.putFloat(value).flip());
  }

  private String floats(String name, float[] values) {
    ByteBuffer data =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return constant(name, FLOAT, List.of((long) values.length), data);
  }

  private String scalar(String name, long value) {
    ByteBuffer data = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return constant(name, LONG, List.of(), data.putLong(value).flip());
  }

  private String longs(String name, long... values) {
    ByteBuffer data =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return constant(name, LONG, List.of((long) values.length), data);
  }

  private String constant(
      String name, TensorProto.DataType type, List<Long> sizes, ByteBuffer data) {
    String full = SCOPE + name;
    if (graph.getInitializerList().stream().noneMatch(known -> known.getName().equals(full))) {
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(full)
              .setDataType(type.getNumber())
              .addAllDims(sizes)
              .setRawData(ByteString.copyFrom(data)));
    }
    return full;
  }
}
