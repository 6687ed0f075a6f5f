package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** The same matrix with axes exchanged. */
  Initializer transposed() {
    int rows = (int) type.dims().get(0).fixed();
    int columns = (int) type.dims().get(1).fixed();
    int size = type.type().getNumOfBytes();
    ByteBuffer from = view();
    ByteBuffer to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] element = new byte[size];
    int start = from.position();
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        from.get(start + (row * columns + column) * size, element);
        to.put(element);
      }
    }
    return new Initializer(new TensorType(type.type(), Dim.each(columns, rows)), to.flip());
  }

  static ByteBuffer longs(long... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(data::putLong);
    return data.flip();
  }

  static ByteBuffer scalar(DataType type, double value) {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT32 -> data.putFloat((float) value);
      case FLOAT64 -> data.putDouble(value);
      case INT64 -> data.putLong((long) value);
      case INT32 -> data.putInt((int) value);
      case UINT8, INT8 -> data.put((byte) value);
      case BOOLEAN -> data.put((byte) (value == 0 ? 0 : 1));
      default -> throw new IllegalArgumentException("No scalar of type " + type);
    }
    return data.flip();
  }
}
