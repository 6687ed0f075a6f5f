package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.LoadReport;
import io.drivedistill.nn.ResNet;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.student.Student;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an experiment's planners start from in the place of random numbers. */
final class StartingWeights {
  private static final String CLASSIFIER = "fc.";

  private StartingWeights() {}

  /**
   * Compares names and shapes in the experiment's files with its planner: seconds before a run
   * instead of hours into it.
   *
   * @throws DriveDistillException listing what does not fit
   */
  static void check(StudentSettings settings) {
    settings
        .startFrom()
        .ifPresent(
            file ->
                PlannerWeights.of(settings.choice().kind(), file)
                    .check(StudentStage.planner(settings)));
    settings
        .imageEncoder()
        .ifPresent(file -> classifier(file).check(encoder(StudentStage.planner(settings))));
  }

  /**
   * Fills a planner, or its camera encoder, where the experiment names a file for it.
   *
   * @return what was loaded, a line for people each
   */
  static List<String> load(StudentSettings settings, Student planner, NDManager manager) {
    List<String> lines = new ArrayList<>();
    settings
        .startFrom()
        .ifPresent(
            file ->
                lines.add(
                    line(
                        "The planner starts from",
                        PlannerWeights.of(settings.choice().kind(), file).load(planner, manager))));
    settings
        .imageEncoder()
        .ifPresent(
            file ->
                lines.add(
                    line(
                        "The camera encoder starts from",
                        classifier(file).load(encoder(planner), manager))));
    return lines;
  }

  /** What was loaded, without the names of what was passed over. */
  static String line(String what, LoadReport report) {
    return String.format(
        Locale.ROOT,
        "%s %s: %d tensors loaded, %d of the file passed over",
        what,
        report.file().toAbsolutePath().normalize(),
        report.loaded(),
        report.extra().size());
  }

  /** ImageNet weights; the classifier is passed over. */
  private static WeightsFile classifier(Path file) {
    return WeightsFile.at(file).allowExtra(name -> name.startsWith(CLASSIFIER));
  }

  private static ResNet encoder(Student planner) {
    return planner
        .imageEncoder()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "student.imageEncoder is given, but this student has no residual network"
                        + " that takes it",
                    "Maybe leave the key out."));
  }
}
