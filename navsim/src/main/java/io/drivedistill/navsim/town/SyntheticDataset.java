package io.drivedistill.navsim.town;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.map.MapLocation;
import io.drivedistill.navsim.map.MapWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes synthetic splits in true NAVSIM layout (SPEC-pdms section 1). A root may hold several
 * splits, written at once or one after another; they share the four maps and no town.
 *
 * <p>The order of writing makes a killed run continuable: maps, then {@code
 * synthetic/<split>.json}, then per log the sensors and last the log itself. Logs that are whole
 * are left alone. Two processes must not write one root at the same time.
 */
public final class SyntheticDataset {
  private SyntheticDataset() {}

  /** What {@code synthetic/<split>.json} holds. */
  private record Manifest(SynthSpec spec, List<TownPlan> towns) {}

  /**
   * Writes or completes splits.
   *
   * @param specs what to write, one for each split
   * @param root root of the data set
   * @param threads threads to use; the bytes do not depend on it
   * @param display shows one step per log
   * @throws DriveDistillException if the root holds one of the splits made from another spec, or
   *     cannot be written
   */
  public static void write(
      List<SynthSpec> specs, Path root, int threads, Progress.Display display) {
    DatasetLayout layout = new DatasetLayout(root);
    Map<String, Town> towns = new LinkedHashMap<>();
    for (Manifest manifest : prepare(specs, layout, threads, towns)) {
      SynthSpec spec = manifest.spec();
      List<Town> driven =
          Parallel.map(
              threads,
              manifest.towns(),
              plan -> towns.containsKey(plan.name()) ? towns.get(plan.name()) : plan.build());
      try (Progress progress = display.open("synthetic " + spec.split(), spec.logs())) {
        new LogProduction(spec, layout, driven, progress).run(threads);
      }
    }
  }

  /**
   * Maps and manifests, made once.
   *
   * @param built is given the towns that had to be built, by name
   */
  private static List<Manifest> prepare(
      List<SynthSpec> specs, DatasetLayout layout, int threads, Map<String, Town> built) {
    Path folder = layout.root().resolve("synthetic");
    Map<String, Manifest> found = new TreeMap<>();
    for (Path file : manifests(folder)) {
      Manifest manifest = JsonFiles.read(file, Manifest.class);
      found.put(manifest.spec().split(), manifest);
    }
    List<Manifest> missing = new ArrayList<>();
    List<TownPlan> plans = new ArrayList<>();
    found.values().forEach(manifest -> plans.addAll(manifest.towns()));
    for (SynthSpec spec : specs) {
      Manifest manifest = found.get(spec.split());
      if (manifest == null) {
        manifest = new Manifest(spec, TownPlan.of(spec, plans));
        plans.addAll(manifest.towns());
        found.put(spec.split(), manifest);
        missing.add(manifest);
      }
      requireSame(spec, manifest, layout.root());
    }
    if (!missing.isEmpty()) {
      plans.add(TownPlan.ofSingapore());
      for (Town town : Parallel.map(threads, plans, TownPlan::build)) {
        built.put(town.name(), town);
      }
      writeMaps(layout, plans, built, threads);
      missing.forEach(
          manifest -> JsonFiles.write(folder.resolve(manifest.spec().split() + ".json"), manifest));
    }
    return specs.stream().map(spec -> found.get(spec.split())).toList();
  }

  private static void requireSame(SynthSpec spec, Manifest found, Path root) {
    if (!found.spec().equals(spec)) {
      throw new DriveDistillException(
          "Expected split '"
              + spec.split()
              + "' of "
              + spec
              + " below "
              + root
              + ", found one of "
              + found.spec()
              + ".",
          "Maybe an earlier run used other settings; choose another folder or delete this one.");
    }
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

  private static void writeMaps(
      DatasetLayout layout, List<TownPlan> plans, Map<String, Town> towns, int threads) {
    List<MapLocation> locations = List.of(MapLocation.values());
    Parallel.forEach(
        threads,
        locations,
        location -> {
          Path file = layout.mapFile(location.officialName(), location.version());
          // In the order of places, whichever split was written first.
          List<TownPlan> here =
              plans.stream()
                  .filter(plan -> plan.location() == location)
                  .sorted(Comparator.comparingInt(TownPlan::slot))
                  .toList();
          try (MapWriter writer = new MapWriter(file, location)) {
            for (TownPlan plan : here) {
              TownMap.write(towns.get(plan.name()), plan.firstId(), writer);
            }
            writer.finish();
          }
        });
    Map<String, Map<String, Object>> index = new LinkedHashMap<>();
    for (MapLocation location : locations) {
      index.put(location.officialName(), Map.of("version", location.version(), "layers", Map.of()));
    }
    JsonFiles.write(layout.mapIndex(), index);
  }
}
