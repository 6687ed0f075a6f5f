package io.drivedistill.core;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes checkpoints byte by byte as {@code torch.save} does: protocol 2, a zip of stored entries
 * under the file's name. The order of opcodes was taken from files that PyTorch wrote, except that
 * nothing is memoised.
 */
final class PytorchWriter {
  /** A value in a pickle. */
  interface Value {
    void write(PytorchWriter writer) throws IOException;
  }

  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(pickle);

  static byte[] pickleOf(Value root) {
    PytorchWriter writer = new PytorchWriter();
    try {
      writer.out.write(0x80);
      writer.out.write(2);
      root.write(writer);
      writer.out.write('.');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.pickle.toByteArray();
  }

  static Value number(long value) {
    return w -> {
      w.out.write(0x8a);
      w.out.write(8);
      w.out.writeLong(Long.reverseBytes(value));
    };
  }

  static Value text(String value) {
    return w -> {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      w.out.write('X');
      w.out.writeInt(Integer.reverseBytes(bytes.length));
      w.out.write(bytes);
    };
  }

  static Value no() {
    return w -> w.out.write(0x89);
  }

  static Value global(String module, String name) {
    return w -> w.out.write(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Value tuple(Value... values) {
    return w -> {
      w.out.write('(');
      for (Value value : values) {
        value.write(w);
      }
      w.out.write('t');
    };
  }

  static Value numbers(long... values) {
    Value[] each = new Value[values.length];
    for (int i = 0; i < each.length; i++) {
      each[i] = number(values[i]);
    }
    return tuple(each);
  }

  static Value call(Value function, Value... arguments) {
    return w -> {
      function.write(w);
      tuple(arguments).write(w);
      w.out.write('R');
    };
  }

  /** An object of a class of other code, with a state. */
  static Value object(String module, String name, Value state) {
    return w -> {
      global(module, name).write(w);
      w.out.write(')');
      w.out.write(0x81);
      state.write(w);
      w.out.write('b');
    };
  }

  static Value dictionary(Map<String, Value> items) {
    return w -> {
      w.out.write('}');
      w.items(items);
    };
  }

  /** An OrderedDict with the attribute that PyTorch gives to state dictionaries. */
  static Value ordered(Map<String, Value> items) {
    return w -> {
      call(global("collections", "OrderedDict")).write(w);
      w.items(items);
      dictionary(Map.of("_metadata", call(global("collections", "OrderedDict")))).write(w);
      w.out.write('b');
    };
  }

  private void items(Map<String, Value> items) throws IOException {
    out.write('(');
    for (Map.Entry<String, Value> item : items.entrySet()) {
      text(item.getKey()).write(this);
      item.getValue().write(this);
    }
    out.write('u');
  }

  static Value storage(Value type, String key, long elements) {
    return w -> {
      tuple(text("storage"), type, text(key), text("cpu"), number(elements)).write(w);
      w.out.write('Q');
    };
  }

  static Value tensor(
      String storageType, String key, long elements, long offset, long[] size, long[] stride) {
    return call(
        global("torch._utils", "_rebuild_tensor_v2"),
        storage(global("torch", storageType), key, elements),
        number(offset),
        numbers(size),
        numbers(stride),
        no(),
        call(global("collections", "OrderedDict")));
  }

  /** A row-major tensor that owns its storage. */
  static Value tensor(String storageType, String key, long... size) {
    long[] stride = new long[size.length];
    long elements = 1;
    for (int axis = size.length - 1; axis >= 0; axis--) {
      stride[axis] = elements;
      elements *= size[axis];
    }
    return tensor(storageType, key, elements, 0, size, stride);
  }

  /** Writes the zip; {@code change} may alter or remove entries before. */
  static Path write(
      Path file, Value root, Map<String, byte[]> storages, Consumer<Map<String, byte[]>> change)
      throws IOException {
    String folder = file.getFileName().toString().replaceFirst("\\..*", "") + "/";
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(folder + "data.pkl", pickleOf(root));
    entries.put(folder + "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    storages.forEach((key, bytes) -> entries.put(folder + "data/" + key, bytes));
    entries.put(folder + "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    change.accept(entries);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> named : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(named.getKey());
        CRC32 crc = new CRC32();
        crc.update(named.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(named.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(named.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }
}
