package io.drivedistill.teacher.cache;

import io.drivedistill.core.DiskSpace;
import io.drivedistill.teacher.Teacher;
import io.drivedistill.teacher.TeacherShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is to be done before all scenes are in the cache.
 *
 * @param folder the cache
 * @param shards all shards, in order
 * @param missing indices of shards that are absent, damaged, or of other inputs
 * @param damaged those of them whose bytes changed since they were written
 * @param scenes number of scenes
 * @param missingScenes scenes of the missing shards
 * @param missingBytes what the missing shards will take on the disk, uncompressed
 */
public record CachePlan(
    Path folder,
    List<List<String>> shards,
    List<Integer> missing,
    List<Integer> damaged,
    int scenes,
    int missingScenes,
    long missingBytes) {
  /** Copies the lists. */
  public CachePlan {
    shards = shards.stream().map(List::copyOf).toList();
    missing = List.copyOf(missing);
    damaged = List.copyOf(damaged);
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
    List<Integer> damaged = new ArrayList<>();
    int missingScenes = 0;
    for (int first = 0; first < tokens.size(); first += scenesPerShard) {
      List<String> shard = tokens.subList(first, Math.min(first + scenesPerShard, tokens.size()));
      Optional<Shard> note =
          Shard.note(folder, shards.size()).filter(n -> isOf(n, teacher, source, shard));
      boolean whole = note.isPresent() && note.get().isWhole(folder, shards.size());
      if (!whole) {
        missing.add(shards.size());
        missingScenes += shard.size();
        if (note.isPresent()) {
          damaged.add(shards.size());
        }
      }
      shards.add(shard);
    }
    TeacherShape shape = teacher.shape();
    long perScene =
        (long) shape.features() * shape.channels() * Short.BYTES
            + (long) shape.tokens() * shape.codes() * Float.BYTES;
    return new CachePlan(
        folder, shards, missing, damaged, tokens.size(), missingScenes, missingScenes * perScene);
  }

  /** Whether a shard was written for this teacher and these inputs. */
  private static boolean isOf(
      Shard note, Teacher teacher, CacheSource source, List<String> tokens) {
    return note.teacher().equals(teacher.key())
        && note.tokens().equals(tokens)
        && note.contents().equals(tokens.stream().map(source::contentOf).toList());
  }

  /** The plan in a sentence. */
  @Override
  public String toString() {
    return String.format(
        "%d of %d scenes in %d of %d shards%s, %s, in %s",
        missingScenes,
        scenes,
        missing.size(),
        shards.size(),
        damaged.isEmpty()
            ? ""
            : " (damaged: "
                + damaged.stream()
                    .map(index -> Shard.dataFile(folder, index).getFileName().toString())
                    .collect(Collectors.joining(", "))
                + ")",
        DiskSpace.readable(missingBytes),
        folder);
  }
}
