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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the missing shards of a cache, one at a time, so that a killed run loses at most one: each
 * is a safetensors file with the features ({@link FeatureRows}) and the code log-probabilities as
 * float32.
 */
public final class CacheWriter {
  /** Below this many times what is tried, a plan is carried out without asking. */
  private static final int LEAST_TRIALS = 10;

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
   * How long a plan will take: the teacher is asked about a few scenes of it, as many at once as
   * when it is carried out, first to warm up and then by the clock. Nothing is written.
   *
   * @return empty for a plan so small that asking would take as long as doing
   * @throws io.drivedistill.core.DriveDistillException if a scene cannot be read
   */
  public Optional<Duration> expected(CachePlan plan) {
    int passes = TensorLibrary.passesAtOnce();
    List<List<String>> batches =
        Parallel.batches(
            plan.missing().stream().flatMap(index -> plan.shards().get(index).stream()).toList(),
            batchSize);
    if (batches.size() < LEAST_TRIALS * passes) {
      return Optional.empty();
    }
    List<List<String>> trial = batches.subList(0, passes);
    Parallel.forEach(passes, trial, this::ask);
    long startNs = System.nanoTime();
    Parallel.forEach(passes, trial, this::ask);
    double perSceneNs = (double) (System.nanoTime() - startNs) / (passes * batchSize);
    return Optional.of(Duration.ofNanos(Math.round(perSceneNs * plan.missingScenes())));
  }

  /**
   * Carries a plan out.
   *
   * @param progress is stepped by scenes
   * @throws io.drivedistill.core.DriveDistillException if the disk has too little room or a scene
   *     cannot be read
   */
  public void write(CachePlan plan, Progress progress) {
    DiskSpace.require(plan.folder(), plan.missingBytes(), "the teacher's features");
    for (int index : plan.missing()) {
      writeShard(plan.folder(), index, plan.shards().get(index), progress);
    }
  }

  private void writeShard(Path folder, int index, List<String> tokens, Progress progress) {
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
              progress.step(batch.size());
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
    try (NDManager manager = TensorLibrary.newManager()) {
      TeacherOutput output = teacher.infer(manager, inputs);
      return new Answer(
          output.features().toFloatArray(), output.codeLogProbabilities().toFloatArray());
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
