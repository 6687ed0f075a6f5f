package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.TemporaryFolder;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelCard;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.export.points.PointCloudInput;
import io.drivedistill.navsim.sensor.PointCloudReader;
import io.drivedistill.student.SceneSamples;
import io.drivedistill.student.StudentKind;
import io.drivedistill.student.head.PlanningHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Times what a car does from camera bytes to trajectory: the JPEGs of the student's cameras are
 * decoded and brought to its size, points are counted, the network runs. How a scene becomes inputs
 * follows from the student's kind and sizes, which stand in the model's metadata; the sensor data
 * are made ({@link SensorScene}), so that any exported student can be timed without any. Files are
 * read from the page cache.
 */
public final class EndToEndLatency {
  private static final int POINT_AXIS = 2;

  /** Chance, not sensors: drawn once. */
  private static final Set<String> NO_SENSOR = Set.of(PlanningHead.NOISE);

  private final OnnxSession session;
  private final SceneSamples samples;
  private final SensorScene scene;
  private final Map<String, HostTensor> inputs;

  private EndToEndLatency(OnnxSession session, SceneSamples samples, SensorScene scene) {
    this.session = session;
    this.samples = samples;
    this.scene = scene;
    inputs = new LinkedHashMap<>(session.exampleInputs(new SplittableRandom(1)));
  }

  /**
   * What was measured.
   *
   * @param latency of the whole way, empty where it could not be gone
   * @param whyNot the reason then, else empty
   */
  public record Result(Optional<LatencyBench.Report> latency, Optional<String> whyNot) {
    private static Result because(String reason) {
      return new Result(Optional.empty(), Optional.of(reason));
    }
  }

  /**
   * Measures, if the model's metadata names the student that it is.
   *
   * @throws DriveDistillException if the model cannot be loaded, its student is not on the class
   *     path or no temporary file written
   */
  public static Result measure(Path model, SessionSettings how, LatencyBench.Settings settings) {
    long start = System.nanoTime();
    try (OnnxSession session = OnnxSession.open(model, how)) {
      double loadMs = (System.nanoTime() - start) / 1e6;
      String student = session.facts().get(ModelCard.STUDENT_FACT);
      if (student == null) {
        return Result.because(
            "the file does not say which student it is; 'drivedistill export' writes that into"
                + " the metadata of students");
      }
      SceneSamples samples = samples(model, student);
      try (TemporaryFolder folder = TemporaryFolder.of("sensors")) {
        EndToEndLatency car = new EndToEndLatency(session, samples, SensorScene.in(folder.path()));
        List<String> unknown = car.fill();
        if (!unknown.isEmpty()) {
          return Result.because("nothing tells what a car gives to the inputs " + unknown);
        }
        return new Result(
            Optional.of(
                LatencyBench.measure(
                    "Camera to trajectory, " + how.provider(),
                    how.threads(),
                    loadMs,
                    settings,
                    car::drive)),
            Optional.empty());
      }
    } catch (IOException e) {
      throw TemporaryFolder.unwritable(e);
    }
  }

  private static SceneSamples samples(Path model, String student) {
    Map<?, ?> byName = JsonFiles.parse(model.toString(), student, Map.class);
    if (byName.size() != 1) {
      throw new DriveDistillException(
          "Expected one student in the metadata of " + model + ", found " + byName.keySet(),
          "Maybe the file was edited; export it anew.");
    }
    Map.Entry<?, ?> only = byName.entrySet().iterator().next();
    return samples(
        StudentKind.named(only.getKey().toString()), model, JsonFiles.text(only.getValue()));
  }

  private static <C extends Record> SceneSamples samples(
      StudentKind<C> kind, Path model, String sizes) {
    return kind.samples(JsonFiles.parse(model.toString(), sizes, kind.configType()));
  }

  /** Prepares the inputs; returns those of the model that nothing was found for. */
  private List<String> fill() {
    List<String> left = new ArrayList<>(inputs.keySet());
    samples
        .inputs(scene.dataset(), scene.scene())
        .forEach(
            (name, tensor) -> {
              if (left.remove(name)) {
                inputs.put(name, PlannerInputs.batchOfOne(tensor));
              }
            });
    if (left.remove(PointCloudInput.NAME)) {
      int values = Math.toIntExact(inputs.get(PointCloudInput.NAME).shape().get(POINT_AXIS));
      Path cloud = scene.dataset().lidarFile(scene.scene().current());
      inputs.put(PointCloudInput.NAME, SceneClouds.of(PointCloudReader.read(cloud), values));
    }
    left.removeAll(NO_SENSOR);
    return left;
  }

  private void drive() {
    fill();
    session.run(inputs);
  }
}
