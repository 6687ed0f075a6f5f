package io.drivedistill.cli;

import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.SubmissionPickle;
import io.drivedistill.navsim.submission.TrajectoryLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Trajectories in either of the formats that commands take. */
final class TrajectoryFile {
  private TrajectoryFile() {}

  /**
   * Reads JSON Lines, or a submission pickle where the name ends in {@code .pkl}; the sets of a
   * submission are named prediction, prediction_2, …
   */
  static List<NamedTrajectory> read(Path file) {
    if (!file.toString().endsWith(".pkl")) {
      return TrajectoryLines.read(file);
    }
    List<NamedTrajectory> all = new ArrayList<>();
    int set = 1;
    for (Map<String, Trajectory> predictions : SubmissionPickle.read(file).predictions()) {
      String name = set == 1 ? "prediction" : "prediction_" + set;
      predictions.forEach((token, plan) -> all.add(new NamedTrajectory(token, name, plan)));
      set++;
    }
    return all;
  }
}
