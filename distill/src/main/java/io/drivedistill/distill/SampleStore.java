package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
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

/**
 * Student inputs and targets, prepared once per scene and mapped from disk when a batch is read:
 * one safetensors file per log, tensors named {@code <token>/input/<name>} and {@code
 * <token>/target/<name>}. Preparing is parallel over logs and continues after a kill with the logs
 * that are missing. Reading is thread-safe.
 */
public final class SampleStore implements AutoCloseable {
  private static final String INPUT = "/input/";
  private static final String TARGET = "/target/";

  private final List<Safetensors> files;
  private final List<Entry> entries;

  /** A sample and the names of its tensors in their order. */
  private record Entry(Safetensors file, String log, String token, List<String> names) {}

  private SampleStore(List<Safetensors> files, List<Entry> entries) {
    this.files = files;
    this.entries = entries;
  }

  /** Turns a scene into what a student takes and learns. Called from several threads. */
  @FunctionalInterface
  public interface Preparation {
    /** The sample of one scene. */
    StudentSample prepare(NavsimDataset dataset, Scene scene) throws IOException;
  }

  /** Prepares all scenes of a filter that are not in the folder yet. */
  public static void prepare(
      Path folder,
      NavsimDataset dataset,
      SceneFilter filter,
      Preparation preparation,
      Progress.Display display,
      String task) {
    List<String> logs = dataset.selectedLogs(filter);
    try (Progress progress = display.open(task, logs.size())) {
      Parallel.forEach(
          Parallel.processors(),
          logs,
          log -> {
            Path file = fileOf(folder, log);
            if (!Files.exists(file)) {
              prepareLog(file, dataset, log, filter, preparation);
            }
            progress.step(1);
          });
    }
  }

  private static void prepareLog(
      Path file, NavsimDataset dataset, String log, SceneFilter filter, Preparation preparation)
      throws IOException {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    for (Scene scene : dataset.scenesOfLog(log, filter)) {
      StudentSample sample = preparation.prepare(dataset, scene);
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
    Safetensors.write(file, tensors, Map.of("log", log));
  }

  private static Path fileOf(Path folder, String log) {
    return folder.resolve(log + ".safetensors");
  }

  /**
   * Opens prepared scenes.
   *
   * @param logs in whose order the samples are listed
   * @throws DriveDistillException if there is no scene, or a file is missing or damaged
   */
  public static SampleStore open(Path folder, List<String> logs) {
    List<Safetensors> files = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (String log : logs) {
      Safetensors file = Safetensors.open(fileOf(folder, log));
      files.add(file);
      Map<String, List<String>> namesByToken = new LinkedHashMap<>();
      for (String name : file.names()) {
        String token = name.substring(0, name.indexOf('/'));
        namesByToken.computeIfAbsent(token, t -> new ArrayList<>()).add(name);
      }
      namesByToken.forEach((token, names) -> entries.add(new Entry(file, log, token, names)));
    }
    if (entries.isEmpty()) {
      throw new DriveDistillException(
          "No scene was found for " + folder.getFileName() + " in " + logs.size() + " logs",
          "Maybe the logs are shorter than a window of 14 frames, or the filter's tokens belong to"
              + " another split.");
    }
    return new SampleStore(files, entries);
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

  /** Reads one sample. O(bytes of the sample). */
  public StudentSample read(int index) {
    Entry entry = entries.get(index);
    Map<String, SampleTensor> inputs = new LinkedHashMap<>();
    Map<String, SampleTensor> targets = new LinkedHashMap<>();
    int prefix = entry.token().length();
    for (String name : entry.names()) {
      boolean isInput = name.startsWith(INPUT, prefix);
      String bare = name.substring(prefix + (isInput ? INPUT : TARGET).length());
      (isInput ? inputs : targets).put(bare, SampleTensor.read(entry.file(), name));
    }
    return new StudentSample(
        entry.token(), inputs, targets.isEmpty() ? Optional.empty() : Optional.of(targets));
  }

  @Override
  public void close() {
    files.forEach(Safetensors::close);
  }
}
