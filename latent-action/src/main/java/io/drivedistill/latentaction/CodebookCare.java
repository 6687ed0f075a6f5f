package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.training.TrainingPlan;
import java.util.SplittableRandom;

/**
 * Keeps the learning codebook of a stage alive: places it among the first embeddings, follows the
 * tokens' means, restarts dead codes. All it does depends on plan, step and the last batches, and
 * it remembers nothing across a restart, so a continued run does the same. Not thread safe.
 */
final class CodebookCare {
  /** Restarted codes need the rest of the training to settle. */
  private static final double LAST_RESTART = 0.8;

  private static final double CENTRE_RATE = 0.05;

  private final LatentActionModel model;
  private final String codebookName;
  private final int restartEvery;
  private final TrainingPlan plan;
  private final long seed;
  private final CodeUsage usage;
  private float[] embeddings = {};

  CodebookCare(
      LatentActionModel model,
      String codebookName,
      int restartEvery,
      TrainingPlan plan,
      long seed) {
    this.model = model;
    this.codebookName = codebookName;
    this.restartEvery = restartEvery;
    this.plan = plan;
    this.seed = seed;
    usage = new CodeUsage((int) array(codebookName).getShape().get(0));
  }

  /** Notes what a step's batch became. */
  void saw(LatentActionModel.Outcome outcome) {
    embeddings = outcome.embeddings().toFloatArray();
    usage.count(outcome.own().indices().toLongArray(), model.config().tokens());
  }

  /** Changes codebook and centres after a step. */
  void afterStep(long step) {
    if (model.config().centredTokens()) {
      followCentres(step);
    }
    if (restartEvery == 0) {
      return;
    }
    boolean first = step == 0;
    boolean due = (step + 1) % restartEvery == 0;
    if (first || (due && step < LAST_RESTART * plan.steps())) {
      SplittableRandom random = new SplittableRandom(seed * 31 + step);
      CodeUsage counted = first ? new CodeUsage(usage.counts().length) : usage;
      if (counted.dead().length > 0) {
        float[][] rows = rows(array(codebookName).toFloatArray());
        set(codebookName, counted.restartFromEmbeddings(rows, rows(embeddings), random));
      }
    }
    if (due) {
      usage.reset();
    }
  }

  /** Moves each token's centre towards its mean; the embeddings are centred already. */
  private void followCentres(long step) {
    int tokens = model.config().tokens();
    float[][] points = rows(embeddings);
    float[][] centres = rows(array(LatentActionModel.TOKEN_CENTRES).toFloatArray());
    double rate = Math.max(CENTRE_RATE, 1.0 / (step + 1));
    double share = rate * tokens / points.length;
    for (int i = 0; i < points.length; i++) {
      float[] centre = centres[i % tokens];
      for (int d = 0; d < centre.length; d++) {
        centre[d] += (float) (share * points[i][d]);
      }
    }
    if (step == 0) {
      // The first codes are drawn from these points, so they must lie where the next ones will.
      for (int i = 0; i < points.length; i++) {
        for (int d = 0; d < points[i].length; d++) {
          embeddings[i * points[i].length + d] = points[i][d] - centres[i % tokens][d];
        }
      }
    }
    set(LatentActionModel.TOKEN_CENTRES, centres);
  }

  private NDArray array(String name) {
    return Weights.of(model).get(name).getArray();
  }

  private float[][] rows(float[] flat) {
    int width = model.config().codeWidth();
    float[][] rows = new float[flat.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = java.util.Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  private void set(String name, float[][] rows) {
    NDArray target = array(name);
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    try (NDArray value = Constants.of(target.getManager(), flat, target.getShape().getShape())) {
      target.set(new NDIndex("..."), value);
    }
  }
}
