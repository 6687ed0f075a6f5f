package io.drivedistill.teacher.action;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.CrossEntropy;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.training.Losses;
import io.drivedistill.nn.training.StepBatch;
import io.drivedistill.nn.training.StepReport;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.teacher.prompt.EncodedScene;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Trains a teacher on latent action codes: cross-entropy at the 12 action queries over the codes,
 * all weights or low-rank adapters alone (LatentVLA trains by negative log-likelihood of the codes,
 * SPEC-lam B1; restricting the softmax to the codes' rows is ours).
 */
public final class TeacherTraining {
  private final QwenTeacher teacher;
  private final List<EncodedScene> scenes;
  private final CodeLabels labels;
  private final long seed;

  /**
   * @param scenes encoded by the teacher's own encoder
   * @param labels their codes
   * @param seed of sample order
   */
  public TeacherTraining(
      QwenTeacher teacher, List<EncodedScene> scenes, CodeLabels labels, long seed) {
    this.teacher = teacher;
    this.scenes = List.copyOf(scenes);
    this.labels = labels;
    this.seed = seed;
  }

  /**
   * Trains to the end of the teacher's plan; continues from the folder's checkpoint if there is
   * one.
   *
   * @param checkpoints folder for checkpoint and loss history
   * @param listener is told of every step
   */
  public void run(Path checkpoints, Consumer<StepReport> listener) {
    new TrainingLoop<List<EncodedScene>>(
            teacher.config().training(),
            seed,
            teacher.model(),
            scenes.size(),
            (step, samples, stepSeed) -> pick(samples),
            this::losses)
        .withCheckpoints(checkpoints)
        .withoutDraws()
        .withListener(listener)
        .run();
    teacher.weightsChanged();
  }

  private List<EncodedScene> pick(int[] samples) {
    List<EncodedScene> picked = new ArrayList<>(samples.length);
    for (int sample : samples) {
      picked.add(scenes.get(sample));
    }
    return picked;
  }

  private Losses losses(Pass pass, StepBatch<List<EncodedScene>> batch) {
    int positions = teacher.config().positions();
    long[] codes = new long[batch.input().size() * positions];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = labels.codes(batch.input().get(i / positions).token())[i % positions];
    }
    NDArray wanted = Constants.of(batch.manager(), codes, codes.length);
    CodePredictor predictor = teacher.predictor();
    CodePredictor.Reading reading =
        teacher.config().differences().answers() == TeacherVariant.Answering.QUERIES
            ? predictor.read(pass, batch.manager(), batch.input())
            : predictor.told(
                pass,
                batch.manager(),
                batch.input(),
                batch.input().stream().map(scene -> labels.codes(scene.token())).toList());
    NDArray scores = reading.codeScores().reshape(-1, teacher.config().codes());
    NDArray right = scores.argMax(1).eq(wanted).toType(DataType.FLOAT32, false).mean();
    return new Losses().term("codes", CrossEntropy.mean(scores, wanted)).metric("accuracy", right);
  }
}
