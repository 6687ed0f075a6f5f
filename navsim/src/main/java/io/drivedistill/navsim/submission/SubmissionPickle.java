package io.drivedistill.navsim.submission;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.pickle.NumpyArray;
import io.drivedistill.core.pickle.NumpyGlobals;
import io.drivedistill.core.pickle.PickleEncoder;
import io.drivedistill.core.pickle.PickleException;
import io.drivedistill.core.pickle.PickleGlobals;
import io.drivedistill.core.pickle.PickleReader;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Submissions as the pickle that NAVSIM's {@code run_create_submission_pickle.py} makes and its
 * leaderboards take. Stateless.
 */
public final class SubmissionPickle {
  private static final String TRAJECTORY_MODULE = "navsim.common.dataclasses";
  private static final String SAMPLING_MODULE =
      "nuplan.planning.simulation.trajectory.trajectory_sampling";

  private static final List<String> ONE_STAGE = List.of("predictions");

  /** Submissions to the two-stage leaderboards of v2. */
  private static final List<String> TWO_STAGES =
      List.of("first_stage_predictions", "second_stage_predictions");

  private SubmissionPickle() {}

  /**
   * Writes a submission; poses are kept in float64.
   *
   * @throws DriveDistillException if the file cannot be written
   */
  public static void write(Path file, Submission submission) {
    AtomicFiles.writeFile(
        file,
        out -> {
          PickleEncoder pickle = new PickleEncoder(out);
          pickle.start();
          pickle.startDictionary();
          pickle.text("team_name");
          pickle.text(submission.teamName());
          pickle.text("authors");
          pickle.textList(submission.authors());
          pickle.text("email");
          pickle.text(submission.email());
          pickle.text("institution");
          pickle.text(submission.institution());
          pickle.text("country / region");
          pickle.text(submission.countryOrRegion());
          pickle.text("predictions");
          pickle.startList();
          for (Map<String, Trajectory> predictions : submission.predictions()) {
            pickle.startDictionary();
            for (Map.Entry<String, Trajectory> entry : predictions.entrySet()) {
              pickle.text(entry.getKey());
              write(pickle, entry.getValue());
            }
            pickle.endDictionary();
          }
          pickle.endList();
          pickle.endDictionary();
          pickle.finish();
        });
  }

  private static void write(PickleEncoder pickle, Trajectory trajectory) throws IOException {
    int count = trajectory.poses().size();
    double[] poses = new double[3 * count];
    double[][] rows = trajectory.toArray();
    for (int i = 0; i < count; i++) {
      System.arraycopy(rows[i], 0, poses, 3 * i, 3);
    }
    pickle.startObject(TRAJECTORY_MODULE, "Trajectory");
    pickle.text("poses");
    pickle.realArray(poses, count, 3);
    pickle.text("trajectory_sampling");
    pickle.startObject(SAMPLING_MODULE, "TrajectorySampling");
    pickle.text("num_poses");
    pickle.integer(count);
    pickle.text("time_horizon");
    pickle.real(count * trajectory.intervalS());
    pickle.text("interval_length");
    pickle.real(trajectory.intervalS());
    pickle.endObject();
    pickle.endObject();
  }

  /**
   * Reads a submission. Nothing but trajectories, numpy arrays and plain values is accepted; lists
   * of the configuration library that official scripts leave in the file are skipped.
   *
   * @throws DriveDistillException if the file is absent, damaged, or no submission
   */
  public static Submission read(Path file) {
    try {
      Object value = PickleReader.read(Files.readAllBytes(file), new Globals());
      if (!(value instanceof Map<?, ?> map)) {
        throw new PickleException("expected a dictionary with a list 'predictions'");
      }
      List<Map<String, Trajectory>> sets = new ArrayList<>();
      for (String key : map.containsKey("predictions") ? ONE_STAGE : TWO_STAGES) {
        addStage(sets, map.get(key), key);
      }
      return new Submission(
          text(map, "team_name"),
          authors(map.get("authors")),
          text(map, "email"),
          text(map, "institution"),
          text(map, "country / region"),
          sets);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the submission " + file + ": " + e, "Maybe the path is misspelt.", e);
    } catch (PickleException | IllegalArgumentException e) {
      throw new DriveDistillException(
          "The file " + file + " is damaged or no NAVSIM submission: " + e.getMessage() + ".",
          "Maybe it was made by another tool; write it with run_create_submission_pickle.py.",
          e);
    }
  }

  /** Adds the first set of a stage to the first set, the second one to the second. */
  private static void addStage(List<Map<String, Trajectory>> sets, Object stage, String key)
      throws PickleException {
    if (!(stage instanceof List<?> predictions)) {
      throw new PickleException("expected a dictionary with a list '" + key + "'");
    }
    for (int set = 0; set < predictions.size(); set++) {
      if (set == sets.size()) {
        sets.add(new LinkedHashMap<>());
      }
      sets.get(set).putAll(trajectories(predictions.get(set)));
    }
  }

  private static String text(Map<?, ?> map, String key) {
    return map.get(key) instanceof String text ? text : "";
  }

  private static List<String> authors(Object value) {
    List<String> authors = new ArrayList<>();
    if (value instanceof String text) {
      authors.add(text);
    } else if (value instanceof List<?> list) {
      list.forEach(item -> authors.add(item instanceof String text ? text : ""));
    }
    return authors;
  }

  private static Map<String, Trajectory> trajectories(Object value) throws PickleException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new PickleException("expected a dictionary of trajectories by scene");
    }
    Map<String, Trajectory> trajectories = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String token)
          || !(entry.getValue() instanceof Fields fields)) {
        throw new PickleException("expected a trajectory by scene token");
      }
      trajectories.put(token, trajectory(fields));
    }
    return trajectories;
  }

  private static Trajectory trajectory(Fields fields) throws PickleException {
    if (!(fields.values.get("poses") instanceof NumpyArray poses)
        || poses.shape().length != 2
        || poses.shape()[1] != 3
        || !(fields.values.get("trajectory_sampling") instanceof Fields sampling)
        || !(sampling.values.get("interval_length") instanceof Number intervalS)) {
      throw new PickleException("expected poses [n, 3] and their interval in a trajectory");
    }
    double[][] rows = new double[poses.shape()[0]][3];
    for (int i = 0; i < poses.size(); i++) {
      if (!(poses.get(i) instanceof Double number)) {
        throw new PickleException("expected poses of floats");
      }
      rows[i / 3][i % 3] = number;
    }
    return Trajectory.of(rows, intervalS.doubleValue());
  }

  /** An object whose fields are kept as they are in the file. */
  private static final class Fields implements PickleGlobals.Stateful {
    private Map<?, ?> values = Map.of();

    @Override
    public void setState(Object state) {
      if (state instanceof Map<?, ?> map) {
        values = map;
      }
    }
  }

  /** The names that a submission may use. */
  private static final class Globals implements PickleGlobals {
    private final PickleGlobals numpy = new NumpyGlobals();

    @Override
    public Constructor find(String module, String name) {
      boolean plain =
          (module.equals(TRAJECTORY_MODULE) && name.equals("Trajectory"))
              || (module.equals(SAMPLING_MODULE) && name.equals("TrajectorySampling"))
              || module.startsWith("omegaconf.")
              || (module.equals("typing") && name.equals("Any"));
      return plain ? arguments -> new Fields() : numpy.find(module, name);
    }
  }
}
