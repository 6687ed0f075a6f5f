package io.drivedistill.teacher.cache;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DiskSpace;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.HalfPrecision;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.teacher.Teacher;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.TeacherOutput;
import io.drivedistill.teacher.TeacherShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes the missing shards of a cache, one at a time, so that a killed run loses at most one: each
 * is a safetensors file with the features ({@link FeatureRows}) and the code log-probabilities as
 * float32.
 */
public final class CacheWriter {
  private final Teacher teacher;
  private final CacheSource source;
  private final int batchSize;
  private final Compression compression;

  /**
   * @param batchSize scenes of one forward pass
   */
  public CacheWriter(Teacher teacher, CacheSource source, int batchSize, Compression compression) {
    this.teacher = teacher;
    this.source = source;
    this.batchSize = batchSize;
    this.compression = compression;
  }

  /**
   * Carries a plan out.
   *
   * @param progress is stepped by scenes
   * @param tell is told, after the first batches, how long all will take
   * @throws io.drivedistill.core.DriveDistillException if the disk has too little room or a scene
   *     cannot be read
   */
  public void write(CachePlan plan, Progress progress, Consumer<String> tell) {
    DiskSpace.require(plan.folder(), plan.missingBytes(), "the teacher's features");
    Pace pace = new Pace(plan.missingScenes(), progress, tell);
    for (int index : plan.missing()) {
      writeShard(plan.folder(), index, plan.shards().get(index), pace);
    }
  }

  private void writeShard(Path folder, int index, List<String> tokens, Pace pace) {
    TeacherShape shape = teacher.shape();
    ByteBuffer features =
        littleEndian(tokens.size() * shape.features() * shape.channels() * Short.BYTES);
    ByteBuffer logProbabilities =
        littleEndian(tokens.size() * shape.tokens() * shape.codes() * Float.BYTES);
    List<Answer> answers =
        Parallel.map(
            TensorLibrary.passesAtOnce(),
            Parallel.batches(tokens, batchSize),
            batch -> {
              Answer answer = ask(batch);
              pace.batch(batch.size());
              return answer;
            });
    for (Answer answer : answers) {
      for (float value : answer.features()) {
        features.putShort(HalfPrecision.toF16(value));
      }
      for (float value : answer.logProbabilities()) {
        logProbabilities.putFloat(value);
      }
    }
    Map<String, Safetensors.Source> tensors =
        new LinkedHashMap<>(
            FeatureRows.sources(
                features.flip(), tokens.size(), shape.features(), shape.channels(), compression));
    tensors.put(
        Shard.LOG_PROBABILITIES,
        Safetensors.Source.of(
            Dtype.F32,
            new long[] {tokens.size(), shape.tokens(), shape.codes()},
            logProbabilities::flip));
    Path data = Shard.dataFile(folder, index);
    Safetensors.write(data, tensors, Map.of("teacher", teacher.key().hex()));
    List<ContentKey> contents = tokens.stream().map(source::contentOf).toList();
    JsonFiles.write(
        Shard.noteFile(folder, index),
        new Shard(teacher.key(), tokens, contents, ContentKey.ofFile(data)));
  }

  /** What the teacher says of a batch. */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Answer(float[] features, float[] logProbabilities) {}

  private Answer ask(List<String> batch) {
    List<TeacherInput> inputs = batch.stream().map(source::read).toList();
    try (NDManager manager = NDManager.newBaseManager()) {
      TeacherOutput output = teacher.infer(manager, inputs);
      return new Answer(
          output.features().toFloatArray(), output.codeLogProbabilities().toFloatArray());
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
