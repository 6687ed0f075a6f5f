package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds everything that an experiment needs on disk and does not find there, all at once. */
final class MissingFiles {
  private MissingFiles() {}

  /**
   * Refuses an experiment whose files are not all there.
   *
   * @throws DriveDistillException naming every missing file or folder, the key that asks for it and
   *     where it was looked for
   */
  static void refuse(Experiment experiment) {
    Map<String, Path> needed = new LinkedHashMap<>();
    DataSettings data = experiment.data();
    data.root()
        .ifPresent(
            root -> {
              needed.put("data.root (NAVSIM tree)", root);
              needed.put("data.root: maps", root.resolve("maps"));
              for (Map.Entry<String, SceneSelection> part :
                  Map.of(
                          "data.labelled", data.labelled(),
                          "data.unlabelled", data.unlabelled(),
                          "data.heldOut", data.heldOut())
                      .entrySet()) {
                String split = part.getValue().split();
                needed.put(part.getKey() + ": logs", root.resolve("navsim_logs").resolve(split));
                needed.put(
                    part.getKey() + ": sensors", root.resolve("sensor_blobs").resolve(split));
              }
            });
    filter("data.labelled.filter", data.labelled(), needed);
    filter("data.unlabelled.filter", data.unlabelled(), needed);
    filter("data.heldOut.filter", data.heldOut(), needed);
    file("latentAction.eye.weights (DINOv2)", experiment.latentAction().eye().weights(), needed);
    file("teacher.pretrained (Qwen2.5-VL)", experiment.teacher().pretrained(), needed);
    file("student.imageEncoder (ResNet-34)", experiment.student().imageEncoder(), needed);
    file("student.startFrom (the planner's weights)", experiment.student().startFrom(), needed);
    StringBuilder missing = new StringBuilder();
    needed.forEach(
        (key, path) -> {
          if (!Files.exists(path)) {
            missing.append(System.lineSeparator()).append("  ").append(key).append(": ");
            missing.append(path.toAbsolutePath().normalize());
          }
        });
    if (missing.length() > 0) {
      throw new DriveDistillException(
          "The experiment '" + experiment.name() + "' needs files that are not there:" + missing,
          "Maybe they lie elsewhere: paths in an experiment are relative to its file. docs/full-size.md"
              + " says where each is published.");
    }
  }

  private static void filter(String key, SceneSelection selection, Map<String, Path> needed) {
    file(key, selection.filter(), needed);
  }

  private static void file(String key, Optional<Path> path, Map<String, Path> needed) {
    path.ifPresent(wanted -> needed.put(key, wanted));
  }
}
