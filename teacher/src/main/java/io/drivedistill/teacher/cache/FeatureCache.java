package io.drivedistill.teacher.cache;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.HalfPrecision;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Constants;
import io.drivedistill.teacher.TeacherOutput;
import io.drivedistill.teacher.TeacherShape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Features that a teacher made earlier, read through memory maps: only the touched scenes of a
 * shard are loaded. A shard's checksum is compared at its first use. Thread-safe.
 */
public final class FeatureCache implements AutoCloseable {
  private final Path folder;
  private final List<Shard> shards = new ArrayList<>();
  private final List<Safetensors> opened = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();

  private record Place(int shard, int row) {}

  private FeatureCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens all finished shards of a folder.
   *
   * @throws DriveDistillException if there is none
   */
  public static FeatureCache open(Path folder) {
    FeatureCache cache = new FeatureCache(folder);
    for (int index = 0; ; index++) {
      Optional<Shard> note = Shard.note(folder, index);
      if (note.isEmpty()) {
        break;
      }
      cache.shards.add(note.get());
      cache.opened.add(null);
      for (int row = 0; row < note.get().tokens().size(); row++) {
        cache.places.put(note.get().tokens().get(row), new Place(index, row));
      }
    }
    if (cache.shards.isEmpty()) {
      throw new DriveDistillException(
          "There are no teacher features in " + folder.toAbsolutePath(),
          "Maybe the step that caches the teacher has not run yet, or was killed; run it again.");
    }
    return cache;
  }

  /** Names of the scenes. */
  public Set<String> tokens() {
    return places.keySet();
  }

  /** Whose features these are. */
  public ContentKey teacher() {
    return shards.get(0).teacher();
  }

  /** Sizes of the features. */
  public TeacherShape shape() {
    Safetensors shard = shard(0);
    int[] features = FeatureRows.shape(shard);
    List<Long> codes = shard.info(Shard.LOG_PROBABILITIES).shape();
    return new TeacherShape(
        codes.get(1).intValue(), codes.get(2).intValue(), features[0], features[1]);
  }

  /**
   * The features of scenes.
   *
   * @param manager owns the output
   * @throws DriveDistillException if a scene is not in the cache or its shard is damaged
   */
  public TeacherOutput read(NDManager manager, List<String> tokens) {
    TeacherShape shape = shape();
    int featureCount = shape.features() * shape.channels();
    int codeCount = shape.tokens() * shape.codes();
    float[] features = new float[tokens.size() * featureCount];
    float[] logProbabilities = new float[tokens.size() * codeCount];
    for (int i = 0; i < tokens.size(); i++) {
      RecordedScene scene = scene(tokens.get(i));
      System.arraycopy(scene.features(), 0, features, i * featureCount, featureCount);
      System.arraycopy(scene.logProbabilities(), 0, logProbabilities, i * codeCount, codeCount);
    }
    return new TeacherOutput(
        Constants.of(manager, logProbabilities, tokens.size(), shape.tokens(), shape.codes()),
        Constants.of(manager, features, tokens.size(), shape.features(), shape.channels()));
  }

  /**
   * What the teacher said of one scene, in Java memory.
   *
   * @param features [N, C] flat
   * @param logProbabilities [tokens, codes] flat
   */
  @SuppressWarnings("ArrayRecordComponent") // Read by the caller, never compared.
  public record RecordedScene(float[] features, float[] logProbabilities) {}

  /**
   * Reads one scene; may be called from any thread, no engine is needed.
   *
   * @throws DriveDistillException if the scene is not in the cache or its shard is damaged
   */
  public RecordedScene scene(String token) {
    TeacherShape shape = shape();
    float[] features = new float[shape.features() * shape.channels()];
    float[] logProbabilities = new float[shape.tokens() * shape.codes()];
    Place place = place(token);
    Safetensors shard = shard(place.shard());
    ByteBuffer halves = FeatureRows.read(shard, place.row(), features.length * Short.BYTES);
    for (int j = 0; j < features.length; j++) {
      features[j] = HalfPrecision.fromF16(halves.getShort(j * Short.BYTES));
    }
    int codeBytes = logProbabilities.length * Float.BYTES;
    shard
        .bytes(Shard.LOG_PROBABILITIES, (long) place.row() * codeBytes, codeBytes)
        .asFloatBuffer()
        .get(logProbabilities);
    return new RecordedScene(features, logProbabilities);
  }

  private Place place(String token) {
    Place place = places.get(token);
    if (place == null) {
      throw new DriveDistillException(
          "Scene "
              + token
              + " is not among the "
              + places.size()
              + " with teacher features in "
              + folder.toAbsolutePath(),
          "Maybe the split or filter has changed since; run the step that caches the teacher"
              + " again.");
    }
    return place;
  }

  private synchronized Safetensors shard(int index) {
    Safetensors shard = opened.get(index);
    if (shard == null) {
      if (!shards.get(index).isWhole(folder, index)) {
        throw new DriveDistillException(
            "The teacher features in "
                + Shard.dataFile(folder, index).toAbsolutePath()
                + " are not as they were written",
            "Maybe the disk had an error; run the step that caches the teacher again, it makes"
                + " only the damaged shard anew.");
      }
      shard = Safetensors.open(Shard.dataFile(folder, index));
      opened.set(index, shard);
    }
    return shard;
  }

  /** Closes the files. */
  @Override
  public synchronized void close() {
    for (Safetensors shard : opened) {
      if (shard != null) {
        shard.close();
      }
    }
  }
}
