package io.drivedistill.navsim.imported;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * Reads flat tables in Feather version 2, the Arrow IPC file format (Arrow columnar format 1.0,
 * "IPC File Format"): whole and floating point numbers and UTF-8 text without missing values, plain
 * or with LZ4, as pandas writes them. The classes of {@code arrow-format} read the metadata; the
 * full Arrow library would need off-heap memory and further Java options for it.
 */
final class FeatherFile {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int LARGEST_FACTOR = 256;

  private final ByteBuffer file;

  private FeatherFile(byte[] bytes) {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The columns of a table that are wanted and there. */
  static Columns read(Path path, Set<String> wanted) throws IOException {
    FeatherFile file = new FeatherFile(Files.readAllBytes(path));
    try {
      return file.table(path, wanted);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      // Where offsets lead nowhere the classes of arrow-format throw anything or return null.
      throw new IllegalArgumentException("its metadata are damaged: " + e.getMessage(), e);
    }
  }

  private Columns table(Path path, Set<String> wanted) throws IOException {
    int size = file.capacity();
    if (size < 24 || !isMagic(0) || !isMagic(size - MAGIC.length)) {
      throw new IllegalArgumentException("it does not begin and end as a Feather file does");
    }
    int footerLength = file.getInt(size - MAGIC.length - 4);
    Footer footer =
        Footer.getRootAsFooter(slice(size - MAGIC.length - 4L - footerLength, footerLength));
    Schema schema = footer.schema();
    Map<String, List<Columns.Values>> parts = new LinkedHashMap<>();
    List<Integer> lengths = new ArrayList<>();
    for (int b = 0; b < footer.recordBatchesLength(); b++) {
      Block block = footer.recordBatches(b);
      // A continuation mark and the length stand before the metadata.
      ByteBuffer head = slice(block.offset() + 8, block.metaDataLength() - 8L);
      Message message = Message.getRootAsMessage(head);
      if (message.headerType() != MessageHeader.RecordBatch) {
        throw new IllegalArgumentException("block " + b + " is not a record batch");
      }
      RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
      long body = block.offset() + block.metaDataLength();
      lengths.add(Math.toIntExact(batch.length()));
      addColumns(schema, batch, body, wanted, parts);
    }
    Map<String, Columns.Values> columns = new LinkedHashMap<>();
    parts.forEach((name, values) -> columns.put(name, new Joined(values, lengths)));
    return new Columns(path, lengths.stream().mapToInt(n -> n).sum(), columns);
  }

  private boolean isMagic(int at) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (file.get(at + i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer slice(long from, long length) {
    if (from < 0 || length < 0 || from + length > file.capacity()) {
      throw new IllegalArgumentException("an offset leads outside the file");
    }
    return file.slice((int) from, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void addColumns(
      Schema schema,
      RecordBatch batch,
      long body,
      Set<String> wanted,
      Map<String, List<Columns.Values>> parts)
      throws IOException {
    int rows = Math.toIntExact(batch.length());
    int buffer = 0;
    for (int c = 0; c < schema.fieldsLength(); c++) {
      Field field = schema.fields(c);
      boolean text = field.typeType() == Type.Utf8;
      int buffers = text ? 3 : 2;
      if (field.childrenLength() > 0 || field.dictionary() != null) {
        throw new IllegalArgumentException("column '" + field.name() + "' is not a plain column");
      }
      if (wanted.contains(field.name())) {
        if (batch.nodes(c).nullCount() > 0) {
          throw new IllegalArgumentException("column '" + field.name() + "' has missing values");
        }
        ByteBuffer first = content(batch, body, buffer + 1);
        Columns.Values values =
            text
                ? new FeatherText(first, content(batch, body, buffer + 2), rows)
                : FeatherNumbers.of(field, first, rows);
        parts.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(values);
      }
      buffer += buffers;
    }
  }

  /** A buffer of a batch, decompressed. */
  private ByteBuffer content(RecordBatch batch, long body, int index) throws IOException {
    Buffer place = batch.buffers(index);
    ByteBuffer stored = slice(body + place.offset(), place.length());
    if (batch.compression() == null || stored.capacity() == 0) {
      return stored;
    }
    long plain = stored.getLong(0);
    ByteBuffer packed = stored.slice(8, stored.capacity() - 8).order(ByteOrder.LITTLE_ENDIAN);
    if (plain == -1) {
      return packed;
    }
    if (batch.compression().codec() != CompressionType.LZ4_FRAME) {
      throw new IllegalArgumentException(
          "it is compressed with zstd; expected LZ4 or none, as pandas writes by default");
    }
    if (plain < 0 || plain > (long) LARGEST_FACTOR * packed.capacity()) {
      throw new IllegalArgumentException("a compressed buffer states a size of " + plain);
    }
    byte[] bytes = new byte[packed.capacity()];
    packed.get(bytes);
    try (InputStream in = new FramedLZ4CompressorInputStream(new ByteArrayInputStream(bytes))) {
      byte[] content = in.readNBytes((int) plain);
      if (content.length < plain) {
        throw new IllegalArgumentException("a compressed buffer is cut off");
      }
      return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** A column that lies in several batches. */
  private record Joined(List<Columns.Values> parts, List<Integer> lengths)
      implements Columns.Values {
    private <T> T at(int row, BiFunction<Columns.Values, Integer, T> get) {
      int part = 0;
      int local = row;
      while (local >= lengths.get(part)) {
        local -= lengths.get(part++);
      }
      return get.apply(parts.get(part), local);
    }

    @Override
    public double number(int row) {
      return at(row, Columns.Values::number);
    }

    @Override
    public long integer(int row) {
      return at(row, Columns.Values::integer);
    }

    @Override
    public String text(int row) {
      return at(row, Columns.Values::text);
    }
  }
}
