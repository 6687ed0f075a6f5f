package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.training.TrainingPlan;
import java.util.SplittableRandom;

/**
 * Places the learning codebook of a stage, moves it and keeps it alive as {@link CodebookSettings}
 * say, and follows the tokens' means. All it does depends on plan, step and the last batches, and
 * it remembers nothing across a restart, so a continued run does the same. Not thread safe.
 */
final class CodebookCare {
  /** Restarted codes need the rest of the training to settle. */
  private static final double LAST_RESTART = 0.8;

  private static final double CENTRE_RATE = 0.05;

  private static final int CLUSTER_ITERATIONS = 20;

  /** What the moving average of a code forgets per step. */
  private static final double CODE_RATE = 0.01;

  private final LatentActionModel model;
  private final String codebookName;
  private final CodebookSettings settings;
  private final TrainingPlan plan;
  private final long seed;
  private final CodeUsage usage;
  private float[] embeddings = {};
  private long[] indices = {};

  CodebookCare(
      LatentActionModel model,
      String codebookName,
      CodebookSettings settings,
      TrainingPlan plan,
      long seed) {
    this.model = model;
    this.codebookName = codebookName;
    this.settings = settings;
    this.plan = plan;
    this.seed = seed;
    usage = new CodeUsage((int) array(codebookName).getShape().get(0));
    if (settings.update() == CodebookSettings.Update.MOVING_AVERAGE) {
      Weights.of(model).get(codebookName).freeze(true);
    }
  }

  /** Notes what a step's batch became. */
  void saw(LatentActionModel.Outcome outcome) {
    embeddings = outcome.embeddings().toFloatArray();
    indices = outcome.own().indices().toLongArray();
    usage.count(indices, model.config().tokens());
  }

  /** Changes codebook and centres after a step. */
  void afterStep(long step) {
    if (model.config().centredTokens()) {
      followCentres(step);
    }
    if (step == 0 && settings.start() != CodebookSettings.Start.UNIFORM) {
      place();
    } else if (settings.update() == CodebookSettings.Update.MOVING_AVERAGE) {
      float[][] codes = rows(array(codebookName).toFloatArray());
      set(codebookName, movedToMeans(codes, rows(embeddings), indices));
    }
    int restartEvery = settings.restartEverySteps();
    if (restartEvery > 0 && (step + 1) % restartEvery == 0) {
      if (step < LAST_RESTART * plan.steps() && usage.dead().length > 0) {
        restart(new SplittableRandom(seed * 31 + step));
      }
      usage.reset();
    }
  }

  private void place() {
    float[][] codes = rows(array(codebookName).toFloatArray());
    float[][] points = rows(embeddings);
    boolean clusters =
        settings.start() == CodebookSettings.Start.K_MEANS && points.length >= codes.length;
    set(
        codebookName,
        clusters
            ? clusters(points, codes.length)
            : new CodeUsage(codes.length)
                .restartFromEmbeddings(codes, points, new SplittableRandom(seed * 31)));
  }

  private float[][] clusters(float[][] points, int count) {
    double[][] exact = new double[points.length][points[0].length];
    for (int i = 0; i < exact.length; i++) {
      for (int d = 0; d < exact[i].length; d++) {
        exact[i][d] = points[i][d];
      }
    }
    double[][] centres = KMeans.centres(exact, count, CLUSTER_ITERATIONS, seed);
    float[][] rounded = new float[count][exact[0].length];
    for (int k = 0; k < count; k++) {
      for (int d = 0; d < rounded[k].length; d++) {
        rounded[k][d] = (float) centres[k][d];
      }
    }
    return rounded;
  }

  private void restart(SplittableRandom random) {
    float[][] codes = rows(array(codebookName).toFloatArray());
    if (settings.restartFrom() == CodebookSettings.RestartFrom.EMBEDDINGS) {
      set(codebookName, usage.restartFromEmbeddings(codes, rows(embeddings), random));
      return;
    }
    int[] permutation = new int[codes.length];
    for (int i = 0; i < permutation.length; i++) {
      int place = random.nextInt(i + 1);
      permutation[i] = permutation[place];
      permutation[place] = i;
    }
    set(codebookName, usage.restartFromCodebook(codes, permutation));
  }

  /**
   * Codes a little nearer to the mean of the points that took them.
   *
   * @param codes [codes][D], left as they are
   * @param taken the code of each point
   */
  static float[][] movedToMeans(float[][] codes, float[][] points, long[] taken) {
    int width = codes[0].length;
    double[][] sums = new double[codes.length][width];
    int[] counts = new int[codes.length];
    for (int i = 0; i < points.length; i++) {
      counts[(int) taken[i]]++;
      for (int d = 0; d < width; d++) {
        sums[(int) taken[i]][d] += points[i][d];
      }
    }
    float[][] moved = new float[codes.length][];
    for (int code = 0; code < codes.length; code++) {
      moved[code] = codes[code].clone();
      for (int d = 0; d < width && counts[code] > 0; d++) {
        moved[code][d] += (float) (CODE_RATE * (sums[code][d] / counts[code] - codes[code][d]));
      }
    }
    return moved;
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
