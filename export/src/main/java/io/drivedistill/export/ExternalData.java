package io.drivedistill.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.drivedistill.core.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Writes a model whose weights are too many for one file: those from {@value #SMALLEST_BYTES} bytes
 * on go into a second file beside it, as ONNX lays down. A reader finds it by the name that stands
 * in the model, so both files are moved together.
 */
final class ExternalData {
  /** A protobuf message ends at 2 GiB. */
  static final long LARGEST_FILE_BYTES = Integer.MAX_VALUE - (16L << 20);

  private static final int SMALLEST_BYTES = 1024;

  /** Readers map the file into memory page by page. */
  private static final int ALIGNMENT = 4096;

  private ExternalData() {}

  /** Bytes of all weights and constants. */
  static long bytesIn(ModelProto model) {
    return model.getGraph().getInitializerList().stream()
        .mapToLong(tensor -> tensor.getRawData().size())
        .sum();
  }

  /** The second file of a model. */
  static Path fileOf(Path model) {
    return model.resolveSibling(model.getFileName() + ".data");
  }

  /** Writes {@code file} and {@code file.data}. */
  static void write(ModelProto model, Path file) {
    Path dataFile = fileOf(file);
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInitializer();
    AtomicFiles.writeFile(
        dataFile,
        out -> {
          long offset = 0;
          for (TensorProto tensor : model.getGraph().getInitializerList()) {
            ByteString data = tensor.getRawData();
            if (data.size() < SMALLEST_BYTES) {
              graph.addInitializer(tensor);
              continue;
            }
            offset += pad(out, offset);
            data.writeTo(out);
            graph.addInitializer(
                tensor.toBuilder()
                    .clearRawData()
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(entry("location", dataFile.getFileName().toString()))
                    .addExternalData(entry("offset", Long.toString(offset)))
                    .addExternalData(entry("length", Integer.toString(data.size()))));
            offset += data.size();
          }
        });
    ModelProto small = model.toBuilder().setGraph(graph).build();
    AtomicFiles.writeFile(file, small::writeTo);
  }

  private static int pad(OutputStream out, long offset) throws IOException {
    int missing = (int) (-offset & (ALIGNMENT - 1));
    out.write(new byte[missing]);
    return missing;
  }

  private static StringStringEntryProto.Builder entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value);
  }
}
