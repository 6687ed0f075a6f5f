package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Safetensors;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.StudentSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Student inputs and targets, prepared once per scene and mapped from disk when a batch is read:
 * one safetensors file per log, tensors named {@code <token>/input/<name>} and {@code
 * <token>/target/<name>}. Preparing is parallel over logs and continues after a kill with the logs
 * that are missing. Reading is thread-safe.
 *
 * <p>The files take no more than a given room. Once a log does not fit, no further one is admitted:
 * of these logs only the scenes' tokens are written, and a sample is prepared when it is read. The
 * samples are the same either way, and so is a training on them.
 */
public final class SampleStore implements AutoCloseable {
  private static final String INPUT = "/input/";
  private static final String TARGET = "/target/";
  private static final String PREPARED = ".safetensors";
  private static final String LISTED = ".scenes.json";

  private final List<Safetensors> files;
  private final List<Entry> entries;
  private final Source source;
  private final RecentScenes scenes;

  /** A sample; what is not stored is prepared when it is read. */
  private record Entry(String log, String token, Optional<Stored> stored) {}

  /** Where a sample lies and the names of its tensors in their order. */
  private record Stored(Safetensors file, List<String> names) {}

  /** The scenes of a log that found no room. */
  private record Listed(List<String> tokens) {}

  private SampleStore(List<Safetensors> files, List<Entry> entries, Source source) {
    this.files = files;
    this.entries = entries;
    this.source = source;
    scenes = new RecentScenes(source.dataset(), source.filter());
  }

  /** Turns a scene into what a student takes and learns. Called from several threads. */
  @FunctionalInterface
  public interface Preparation {
    /** The sample of one scene. */
    StudentSample prepare(NavsimDataset dataset, Scene scene) throws IOException;
  }

  /**
   * Scenes and what becomes of them.
   *
   * @param filter selects the scenes
   */
  public record Source(NavsimDataset dataset, SceneFilter filter, Preparation preparation) {
    private List<String> logs() {
      return dataset.selectedLogs(filter);
    }
  }

  /**
   * Prepares all scenes that are not in the folder yet.
   *
   * @param room bytes that the tensors in the folder may take
   */
  public static void prepare(
      Path folder, Source source, long room, Progress.Display display, String task)
      throws IOException {
    List<String> logs = source.logs();
    Room left = new Room(room);
    for (String log : logs) {
      if (Files.exists(prepared(folder, log))) {
        left.take(Files.size(prepared(folder, log)));
      }
    }
    try (Progress progress = display.open(task, logs.size())) {
      Parallel.forEach(
          Parallel.processors(),
          logs,
          log -> {
            if (!Files.exists(prepared(folder, log)) && !Files.exists(listed(folder, log))) {
              prepareLog(folder, log, source, left);
            }
            progress.step(1);
          });
    }
  }

  private static void prepareLog(Path folder, String log, Source source, Room room)
      throws IOException {
    List<Scene> scenes = source.dataset().scenesOfLog(log, source.filter());
    if (!room.isFull()) {
      Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
      long bytes = 0;
      for (Scene scene : scenes) {
        StudentSample sample = source.preparation().prepare(source.dataset(), scene);
        bytes += sample.byteCount();
        add(tensors, sample);
      }
      if (room.take(bytes)) {
        Safetensors.write(prepared(folder, log), tensors, Map.of("log", log));
        return;
      }
    }
    List<String> tokens = scenes.stream().map(Scene::token).toList();
    JsonFiles.write(listed(folder, log), new Listed(tokens));
  }

  private static void add(Map<String, Safetensors.Source> tensors, StudentSample sample) {
    sample
        .inputs()
        .forEach((name, tensor) -> tensors.put(sample.token() + INPUT + name, tensor.source()));
    sample
        .targets()
        .ifPresent(
            targets ->
                targets.forEach(
                    (name, tensor) ->
                        tensors.put(sample.token() + TARGET + name, tensor.source())));
  }

  /** Bytes that are left; full from the first time that something did not fit. */
  private static final class Room {
    private final AtomicLong left;
    private volatile boolean full;

    Room(long bytes) {
      left = new AtomicLong(bytes);
    }

    boolean take(long bytes) {
      if (left.addAndGet(-bytes) >= 0) {
        return true;
      }
      left.addAndGet(bytes);
      full = true;
      return false;
    }

    boolean isFull() {
      return full;
    }
  }

  private static Path prepared(Path folder, String log) {
    return folder.resolve(log + PREPARED);
  }

  private static Path listed(Path folder, String log) {
    return folder.resolve(log + LISTED);
  }

  /**
   * Opens prepared scenes, in the order of the source.
   *
   * @throws DriveDistillException if there is no scene, or a file is missing or damaged
   */
  public static SampleStore open(Path folder, Source source) {
    List<Safetensors> files = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    List<String> logs = source.logs();
    for (String log : logs) {
      if (Files.exists(listed(folder, log))) {
        for (String token : JsonFiles.read(listed(folder, log), Listed.class).tokens()) {
          entries.add(new Entry(log, token, Optional.empty()));
        }
        continue;
      }
      Safetensors file = Safetensors.open(prepared(folder, log));
      files.add(file);
      Map<String, List<String>> namesByToken = new LinkedHashMap<>();
      for (String name : file.names()) {
        String token = name.substring(0, name.indexOf('/'));
        namesByToken.computeIfAbsent(token, t -> new ArrayList<>()).add(name);
      }
      namesByToken.forEach(
          (token, names) ->
              entries.add(new Entry(log, token, Optional.of(new Stored(file, names)))));
    }
    return of(folder.getFileName().toString(), files, entries, source);
  }

  /**
   * Scenes in the order of the source whose samples are prepared when they are read; nothing is
   * written.
   *
   * @throws DriveDistillException if there is no scene
   */
  public static SampleStore unstored(Source source) {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Scene> scenes = source.dataset().scenes(source.filter())) {
      scenes.forEach(
          scene -> entries.add(new Entry(scene.logName(), scene.token(), Optional.empty())));
    }
    return of("split '" + source.dataset().split() + "'", List.of(), entries, source);
  }

  private static SampleStore of(
      String name, List<Safetensors> files, List<Entry> entries, Source source) {
    if (entries.isEmpty()) {
      throw new DriveDistillException(
          "No scene was found for " + name + " in " + source.logs().size() + " logs",
          "Maybe the logs are shorter than a window of "
              + source.filter().frames()
              + " frames, or the filter's logs or tokens belong to another split.");
    }
    return new SampleStore(files, entries, source);
  }

  /** Where the scenes come from. */
  NavsimDataset dataset() {
    return source.dataset();
  }

  /** Selects the scenes. */
  SceneFilter filter() {
    return source.filter();
  }

  /** Number of samples. */
  public int size() {
    return entries.size();
  }

  /** Token of a sample. */
  public String token(int index) {
    return entries.get(index).token();
  }

  /** Log of a sample. */
  public String log(int index) {
    return entries.get(index).log();
  }

  /** Reads one sample. O(bytes of the sample) where it is stored, else it is prepared. */
  public StudentSample read(int index) {
    Entry entry = entries.get(index);
    return entry.stored().map(stored -> read(entry.token(), stored)).orElseGet(() -> decode(entry));
  }

  private static StudentSample read(String token, Stored stored) {
    Map<String, SampleTensor> inputs = new LinkedHashMap<>();
    Map<String, SampleTensor> targets = new LinkedHashMap<>();
    int prefix = token.length();
    for (String name : stored.names()) {
      boolean isInput = name.startsWith(INPUT, prefix);
      String bare = name.substring(prefix + (isInput ? INPUT : TARGET).length());
      (isInput ? inputs : targets).put(bare, SampleTensor.read(stored.file(), name));
    }
    return new StudentSample(
        token, inputs, targets.isEmpty() ? Optional.empty() : Optional.of(targets));
  }

  private StudentSample decode(Entry entry) {
    try {
      return source.preparation().prepare(source.dataset(), scenes.of(entry.log(), entry.token()));
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not prepare scene " + entry.token() + ": " + e.getMessage(),
          "Maybe a picture or point cloud of it was moved or damaged: see 'data check'.",
          e);
    }
  }

  @Override
  public void close() {
    files.forEach(Safetensors::close);
  }
}
