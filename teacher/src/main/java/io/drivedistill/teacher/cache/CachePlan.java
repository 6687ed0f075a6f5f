package io.drivedistill.teacher.cache;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DiskSpace;
import io.drivedistill.teacher.Teacher;
import io.drivedistill.teacher.TeacherShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done before all scenes are in the cache.
 *
 * @param folder the cache
 * @param shards all shards, in order
 * @param missing indices of shards that are absent, damaged, or of other inputs
 * @param scenes number of scenes
 * @param missingScenes scenes of the missing shards
 * @param missingBytes what the missing shards will take on the disk
 */
public record CachePlan(
    Path folder,
    List<List<String>> shards,
    List<Integer> missing,
    int scenes,
    int missingScenes,
    long missingBytes) {
  /** Copies the lists. */
  public CachePlan {
    shards = shards.stream().map(List::copyOf).toList();
    missing = List.copyOf(missing);
  }

  /**
   * Compares a cache with what is wanted. Reads all existing shards once.
   *
   * @param folder of this teacher's features; made when first written
   * @param scenesPerShard a change makes all shards anew
   */
  public static CachePlan of(Path folder, Teacher teacher, CacheSource source, int scenesPerShard) {
    List<String> tokens = source.tokens();
    List<List<String>> shards = new ArrayList<>();
    List<Integer> missing = new ArrayList<>();
    int missingScenes = 0;
    for (int first = 0; first < tokens.size(); first += scenesPerShard) {
      List<String> shard = tokens.subList(first, Math.min(first + scenesPerShard, tokens.size()));
      if (!isPresent(folder, shards.size(), teacher, source, shard)) {
        missing.add(shards.size());
        missingScenes += shard.size();
      }
      shards.add(shard);
    }
    TeacherShape shape = teacher.shape();
    long perScene =
        (long) shape.features() * shape.channels() * Short.BYTES
            + (long) shape.tokens() * shape.codes() * Float.BYTES;
    return new CachePlan(
        folder, shards, missing, tokens.size(), missingScenes, missingScenes * perScene);
  }

  private static boolean isPresent(
      Path folder, int index, Teacher teacher, CacheSource source, List<String> tokens) {
    Optional<Shard> note = Shard.note(folder, index);
    if (note.isEmpty()
        || !note.get().teacher().equals(teacher.key())
        || !note.get().tokens().equals(tokens)) {
      return false;
    }
    List<ContentKey> contents = tokens.stream().map(source::contentOf).toList();
    return note.get().contents().equals(contents) && note.get().isWhole(folder, index);
  }

  /** The plan in a sentence. */
  @Override
  public String toString() {
    return String.format(
        "%d of %d scenes in %d of %d shards, %s, in %s",
        missingScenes,
        scenes,
        missing.size(),
        shards.size(),
        DiskSpace.readable(missingBytes),
        folder);
  }
}
