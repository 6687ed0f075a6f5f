package io.drivedistill.distill;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.YamlConfig;
import io.drivedistill.latentaction.LatentActionSettings;
import io.drivedistill.student.head.HeadConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One experiment from data to report, bound from a YAML file; paths in it are relative to the file.
 *
 * @param name title of the report
 * @param seed everything random follows from it
 * @param threads threads of the tensor library; part of what the results depend on, because sums in
 *     another order round otherwise
 * @param folder where the run keeps its stages
 * @param data what is driven
 * @param latentAction how driving becomes codes
 * @param teacher who learns the codes
 * @param student who learns to drive
 * @param score how driving is judged
 * @param export how the student leaves
 */
public record Experiment(
    String name,
    long seed,
    int threads,
    Path folder,
    DataSettings data,
    LatentActionSettings latentAction,
    TeacherSettings teacher,
    StudentSettings student,
    ScoreSettings score,
    ExportSettings export) {

  /**
   * Reads an experiment.
   *
   * @throws io.drivedistill.core.DriveDistillException with file, line and key of what is wrong
   */
  public static Experiment read(Path file) {
    return YamlConfig.read(file, Experiment.class);
  }

  /** The same experiment with another seed, kept in another folder. */
  public Experiment with(long otherSeed, Path otherFolder) {
    return new Experiment(
        name, otherSeed, threads, otherFolder, data, latentAction, teacher, student, score, export);
  }

  /** The same experiment in another folder, judged on every so manyth held-out frame. */
  Experiment with(Path otherFolder, int heldOutFrameInterval) {
    SceneSelection heldOut = data.heldOut();
    DataSettings otherData =
        new DataSettings(
            data.root(),
            data.synthetic(),
            data.labelled(),
            data.unlabelled(),
            new SceneSelection(
                heldOut.split(),
                heldOut.filter(),
                heldOut.logs(),
                Optional.of(heldOutFrameInterval)),
            data.sampleCacheGiB());
    return new Experiment(
        name, seed, threads, otherFolder, otherData, latentAction, teacher, student, score, export);
  }

  /** The same experiment with another planning head. */
  Experiment with(Optional<HeadConfig> head) {
    return new Experiment(
        name,
        seed,
        threads,
        folder,
        data,
        latentAction,
        teacher,
        student.with(head),
        score,
        export);
  }

  /** Names everything the results depend on but the code. */
  public ContentKey key() {
    return ContentKey.of("experiment")
        .number("seed", seed)
        .number("threads", threads)
        .settings("data", data)
        .settings("latent action", latentAction)
        .settings("teacher", teacher)
        .settings("student", student)
        .settings("score", score)
        .settings("export", export)
        .build();
  }
}
