package io.drivedistill.navsim.imported;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;

/** Writes small Feather files with one batch, by the published layout of Arrow's file format. */
final class FeatherWriter {
  private FeatherWriter() {}

  sealed interface Column {
    String name();

    int rows();

    List<byte[]> buffers();

    int type(FlatBufferBuilder builder);

    byte typeType();
  }

  record Halves(String name, List<Double> values) implements Column {
    @Override
    public int rows() {
      return values.size();
    }

    @Override
    public List<byte[]> buffers() {
      byte[] bytes = new byte[2 * values.size()];
      ByteBuffer halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (double value : values) {
        // Exact for the small numbers with few binary places of tests.
        int exponent = Math.getExponent(value);
        int fraction = (int) (Math.abs(value) / Math.scalb(1.0, exponent) * 1024) - 1024;
        halves.putShort((short) ((value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction));
      }
      return List.of(new byte[0], bytes);
    }

    @Override
    public int type(FlatBufferBuilder builder) {
      return FloatingPoint.createFloatingPoint(builder, Precision.HALF);
    }

    @Override
    public byte typeType() {
      return Type.FloatingPoint;
    }
  }

  record Bytes(String name, List<Integer> values) implements Column {
    @Override
    public int rows() {
      return values.size();
    }

    @Override
    public List<byte[]> buffers() {
      byte[] bytes = new byte[values.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = values.get(i).byteValue();
      }
      return List.of(new byte[0], bytes);
    }

    @Override
    public int type(FlatBufferBuilder builder) {
      return Int.createInt(builder, 8, false);
    }

    @Override
    public byte typeType() {
      return Type.Int;
    }
  }

  record Texts(String name, List<String> values) implements Column {
    @Override
    public int rows() {
      return values.size();
    }

    @Override
    public List<byte[]> buffers() {
      byte[] starts = new byte[4 * values.size() + 4];
      ByteBuffer offsets = ByteBuffer.wrap(starts).order(ByteOrder.LITTLE_ENDIAN);
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      offsets.putInt(0);
      for (String value : values) {
        text.writeBytes(value.getBytes(StandardCharsets.UTF_8));
        offsets.putInt(text.size());
      }
      return List.of(new byte[0], starts, text.toByteArray());
    }

    @Override
    public int type(FlatBufferBuilder builder) {
      Utf8.startUtf8(builder);
      return Utf8.endUtf8(builder);
    }

    @Override
    public byte typeType() {
      return Type.Utf8;
    }
  }

  static void write(Path file, boolean compressed, List<Column> columns) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<long[]> places = new ArrayList<>();
    for (Column column : columns) {
      for (byte[] plain : column.buffers()) {
        byte[] stored = compressed && plain.length > 0 ? packed(plain) : plain;
        places.add(new long[] {body.size(), stored.length});
        body.writeBytes(stored);
        body.writeBytes(new byte[-body.size() & 7]);
      }
    }
    byte[] head = message(columns, places, compressed, body.size());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("ARROW1\0\0".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(little(8, 0xffffffffL | ((long) head.length << 32)));
    out.writeBytes(head);
    out.writeBytes(body.toByteArray());
    byte[] footer = footer(columns, head.length + 8, body.size());
    out.writeBytes(footer);
    out.writeBytes(little(4, footer.length));
    out.writeBytes("ARROW1".getBytes(StandardCharsets.US_ASCII));
    Files.write(file, out.toByteArray());
  }

  private static byte[] little(int size, long value) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >> (8 * i));
    }
    return bytes;
  }

  private static byte[] packed(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(little(8, plain.length));
    try (OutputStream out = new FramedLZ4CompressorOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] message(
      List<Column> columns, List<long[]> places, boolean compressed, int bodyLength) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int compression =
        compressed
            ? BodyCompression.createBodyCompression(
                builder, CompressionType.LZ4_FRAME, BodyCompressionMethod.BUFFER)
            : 0;
    RecordBatch.startBuffersVector(builder, places.size());
    for (int i = places.size() - 1; i >= 0; i--) {
      Buffer.createBuffer(builder, places.get(i)[0], places.get(i)[1]);
    }
    int buffers = builder.endVector();
    RecordBatch.startNodesVector(builder, columns.size());
    for (int i = columns.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(builder, columns.get(i).rows(), 0);
    }
    int nodes = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, columns.get(0).rows());
    RecordBatch.addNodes(builder, nodes);
    RecordBatch.addBuffers(builder, buffers);
    if (compressed) {
      RecordBatch.addCompression(builder, compression);
    }
    int batch = RecordBatch.endRecordBatch(builder);
    builder.finish(
        Message.createMessage(
            builder, MetadataVersion.V5, MessageHeader.RecordBatch, batch, bodyLength, 0));
    byte[] bytes = builder.sizedByteArray();
    return Arrays.copyOf(bytes, (bytes.length + 7) & ~7);
  }

  private static byte[] footer(List<Column> columns, int headLength, int bodyLength) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int[] fields = new int[columns.size()];
    for (int i = 0; i < fields.length; i++) {
      int name = builder.createString(columns.get(i).name());
      int type = columns.get(i).type(builder);
      Field.startField(builder);
      Field.addName(builder, name);
      Field.addTypeType(builder, columns.get(i).typeType());
      Field.addType(builder, type);
      fields[i] = Field.endField(builder);
    }
    int list = Schema.createFieldsVector(builder, fields);
    Schema.startSchema(builder);
    Schema.addFields(builder, list);
    int schema = Schema.endSchema(builder);
    Footer.startRecordBatchesVector(builder, 1);
    Block.createBlock(builder, 8, headLength, bodyLength);
    int blocks = builder.endVector();
    Footer.startFooter(builder);
    Footer.addVersion(builder, MetadataVersion.V5);
    Footer.addSchema(builder, schema);
    Footer.addRecordBatches(builder, blocks);
    builder.finish(Footer.endFooter(builder));
    return builder.sizedByteArray();
  }
}
