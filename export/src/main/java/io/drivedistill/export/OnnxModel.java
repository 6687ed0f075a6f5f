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

  /** The serialised model. */
  public byte[] bytes() {
    return proto.toByteArray();
  }

  /** Writes the file; a reader sees all of it or nothing. */
  public void write(Path file) {
    AtomicFiles.writeFile(file, proto::writeTo);
  }
}
