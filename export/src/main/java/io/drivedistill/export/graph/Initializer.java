package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.drivedistill.core.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Data inside the graph.
 *
 * @param type element type and fixed sizes
 * @param data little endian, from position to limit
 */
record Initializer(TensorType type, ByteBuffer data) {

  /** Content equality for sharing constants. */
  record Key(TensorType type, ByteBuffer data) {}

  Key key() {
    return new Key(type, view());
  }

  ByteBuffer view() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  TensorProto proto(String name) {
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementTypes.onnx(type.type()).getNumber())
            .setRawData(ByteString.copyFrom(view()));
    type.dims().forEach(dim -> proto.addDims(dim.fixed()));
    return proto.build();
  }

  /** The same float32 matrix with axes exchanged. */
  Initializer transposed() {
    int rows = (int) type.dims().get(0).fixed();
    int columns = (int) type.dims().get(1).fixed();
    FloatBuffer from = view().asFloatBuffer();
    float[] row = new float[columns];
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      from.get(r * columns, row);
      for (int c = 0; c < columns; c++) {
        values[c * rows + r] = row[c];
      }
    }
    ByteBuffer to = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    to.asFloatBuffer().put(values);
    return new Initializer(new TensorType(type.type(), Dim.each(columns, rows)), to);
  }

  static ByteBuffer longs(long... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(data::putLong);
    return data.flip();
  }

  static ByteBuffer numbers(DataType type, double... values) {
    ByteBuffer data =
        ByteBuffer.allocate(type.getNumOfBytes() * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case FLOAT32 -> data.putFloat((float) value);
        case FLOAT64 -> data.putDouble(value);
        case FLOAT16 -> data.putShort(HalfPrecision.toF16((float) value));
        case INT64 -> data.putLong((long) value);
        case INT32 -> data.putInt((int) value);
        case UINT8, INT8 -> data.put((byte) value);
        case BOOLEAN -> data.put((byte) (value == 0 ? 0 : 1));
        default -> throw new IllegalArgumentException("No number of type " + type);
      }
    }
    return data.flip();
  }
}
