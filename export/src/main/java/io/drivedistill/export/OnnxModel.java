package io.drivedistill.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.drivedistill.core.AtomicFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An exported network.
 *
 * @param proto the ONNX model
 * @param inputs its inputs as they were asked for
 * @param outputs names of its outputs
 */
public record OnnxModel(ModelProto proto, List<InputSpec> inputs, List<String> outputs) {

  /** The same model with facts added to its metadata. */
  public OnnxModel describedBy(Map<String, String> facts) {
    ModelProto.Builder builder = proto.toBuilder().clearMetadataProps();
    facts.forEach(
        (key, value) ->
            builder.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return new OnnxModel(builder.build(), inputs, outputs);
  }

  /** Bytes of all weights and constants. */
  public long weightBytes() {
    return ExternalData.bytesIn(proto);
  }

  /** Whether model and weights are more than one ONNX file holds. */
  boolean needsDataFile() {
    return weightBytes() > ExternalData.LARGEST_FILE_BYTES;
  }

  /** The serialised model. */
  byte[] bytes() {
    return proto.toByteArray();
  }

  /**
   * Writes the file; a reader sees all of it or nothing. Weights beyond 2 GiB go into {@code
   * file.data} beside it, which belongs to it.
   */
  public void write(Path file) {
    write(file, ExternalData.LARGEST_FILE_BYTES);
  }

  /** Writes a data file where the weights take more than some bytes. */
  void write(Path file, long largestFileBytes) {
    if (weightBytes() > largestFileBytes) {
      ExternalData.write(proto, file);
    } else {
      AtomicFiles.writeFile(file, proto::writeTo);
    }
  }
}
