package io.drivedistill.navsim.town;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.map.MapLocation;
import io.drivedistill.navsim.map.MapWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes synthetic splits in true NAVSIM layout (SPEC-pdms section 1). A root may hold several
 * splits, written one after another; they share the four maps and no town.
 *
 * <p>The order of writing makes a killed run continuable: maps, then {@code
 * synthetic/<split>.json}, then per log the sensors and last the log itself. Logs that are whole
 * are left alone. Two splits of one root must not be written at the same time.
 */
public final class SyntheticDataset {
  private SyntheticDataset() {}

  /** What {@code synthetic/<split>.json} holds. */
  private record Manifest(SynthSpec spec, List<TownPlan> towns) {}

  /**
   * Writes or completes one split.
   *
   * @param spec what to write
   * @param root root of the data set
   * @param threads threads to use; the bytes do not depend on it
   * @param display shows one step per log
   * @throws DriveDistillException if the root holds the same split made from another spec, or
   *     cannot be written
   */
  public static void write(SynthSpec spec, Path root, int threads, Progress.Display display) {
    DatasetLayout layout = new DatasetLayout(root);
    Manifest manifest = prepare(spec, layout);
    List<Town> towns = manifest.towns().stream().map(TownPlan::build).toList();
    try (Progress progress = display.open("synthetic " + spec.split(), spec.logs())) {
      new LogProduction(spec, layout, towns, progress).run(threads);
    }
  }

  /** Maps and manifest, made once. */
  private static Manifest prepare(SynthSpec spec, DatasetLayout layout) {
    Path folder = layout.root().resolve("synthetic");
    Path file = folder.resolve(spec.split() + ".json");
    if (Files.exists(file)) {
      Manifest found = JsonFiles.read(file, Manifest.class);
      if (!found.spec().equals(spec)) {
        throw new DriveDistillException(
            "Expected split '"
                + spec.split()
                + "' of "
                + spec
                + " below "
                + layout.root()
                + ", found one of "
                + found.spec()
                + ".",
            "Maybe an earlier run used other settings; choose another folder or delete this one.");
      }
      return found;
    }
    List<TownPlan> taken = new ArrayList<>();
    for (Path other : manifests(folder)) {
      taken.addAll(JsonFiles.read(other, Manifest.class).towns());
    }
    List<TownPlan> plans = TownPlan.of(spec, taken);
    List<TownPlan> all = new ArrayList<>(taken);
    all.addAll(plans);
    all.add(TownPlan.ofSingapore());
    writeMaps(layout, all);
    Manifest manifest = new Manifest(spec, plans);
    JsonFiles.write(file, manifest);
    return manifest;
  }

  private static List<Path> manifests(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not list " + folder + ": " + e.getMessage(),
          "Maybe the folder is not readable for this user.",
          e);
    }
  }

  private static void writeMaps(DatasetLayout layout, List<TownPlan> plans) {
    Map<String, Map<String, Object>> index = new LinkedHashMap<>();
    for (MapLocation location : MapLocation.values()) {
      Path file = layout.mapFile(location.officialName(), location.version());
      try (MapWriter writer = new MapWriter(file, location)) {
        for (TownPlan plan : plans) {
          if (plan.location() == location) {
            TownMap.write(plan.build(), plan.firstId(), writer);
          }
        }
        writer.finish();
      }
      index.put(location.officialName(), Map.of("version", location.version(), "layers", Map.of()));
    }
    JsonFiles.write(layout.mapIndex(), index);
  }
}
