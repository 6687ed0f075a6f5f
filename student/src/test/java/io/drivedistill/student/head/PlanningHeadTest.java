package io.drivedistill.student.head;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.training.Losses;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.student.Student;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every head must do, and that it learns: at a fork where half the drivers turn left and half
 * right, known only by the speed at which they come.
 */
class PlanningHeadTest {
  private static final int POSES = 8;
  private static final HeadSizes SIZES = new HeadSizes(16, 2, 32, POSES, 0.5);
  private static final int ANCHORS = 12;

  private NDManager manager;
  private SplittableRandom random;

  enum Kind {
    REGRESSION,
    VOCABULARY,
    VARIATIONAL,
    FLOW,
    DIFFUSION,
    SCORING
  }

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    random = new SplittableRandom(11);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private PlanningHead head(Kind kind) {
    PlanningHead head =
        switch (kind) {
          case REGRESSION -> new RegressionHead(SIZES);
          case VOCABULARY ->
              config(
                      new HeadConfig.Vocabulary(
                          ANCHORS, 1, 1, new HeadConfig.ChoiceWeights(1, 0.5, 0.5, 1)))
                  .head(SIZES);
          case VARIATIONAL -> config(new HeadConfig.Variational(6, 4, 0.02)).head(SIZES);
          case FLOW -> config(new HeadConfig.Flow(6, 5)).head(SIZES);
          case DIFFUSION -> config(new HeadConfig.Diffusion(ANCHORS, 50, 2, 0.5)).head(SIZES);
          case SCORING -> config(new HeadConfig.Scoring(6, 2, 0.1, 1, 1)).head(SIZES);
        };
    head.initialize(manager, 1);
    if (head instanceof AnchoredHead anchored) {
      float[] anchors = new float[ANCHORS * POSES * 3];
      for (int i = 0; i < ANCHORS; i++) {
        double speedMps = 5.8 + 0.2 * i;
        fork(i % 2 == 0 ? 1 : -1, speedMps, anchors, i);
      }
      anchored.setAnchors(manager, anchors);
    }
    return head;
  }

  private static HeadConfig config(Record one) {
    return new HeadConfig(
        optional(one, HeadConfig.Vocabulary.class),
        optional(one, HeadConfig.Variational.class),
        optional(one, HeadConfig.Flow.class),
        optional(one, HeadConfig.Diffusion.class),
        optional(one, HeadConfig.Scoring.class));
  }

  private static <T> Optional<T> optional(Record one, Class<T> type) {
    return type.isInstance(one) ? Optional.of(type.cast(one)) : Optional.empty();
  }

  /** A curve to the left (1) or right (−1) at a speed. */
  private static void fork(double side, double speedMps, float[] into, int at) {
    for (int i = 0; i < POSES; i++) {
      double travel = speedMps * 0.5 * (i + 1);
      double curvature = 0.03 * side;
      into[(at * POSES + i) * 3] = (float) (Math.sin(travel * curvature) / curvature);
      into[(at * POSES + i) * 3 + 1] = (float) ((1 - Math.cos(travel * curvature)) / curvature);
      into[(at * POSES + i) * 3 + 2] = (float) (travel * curvature);
    }
  }

  private record Forks(PlanningState state, Map<String, NDArray> targets) {}

  /** Drivers at the fork; the query tells half of the story: how fast, not where to. */
  private Forks forks(int count, SplittableRandom draw) {
    float[] query = new float[count * 16];
    float[] memory = new float[count * 3 * 16];
    float[] speed = new float[count];
    float[] driven = new float[count * POSES * 3];
    byte[] scores = new byte[count * ANCHORS * VocabularyHead.Metric.values().length];
    java.util.Arrays.fill(scores, (byte) VocabularyHead.FULL_SCORE);
    for (int i = 0; i < count; i++) {
      speed[i] = (float) (6 + 2 * draw.nextDouble());
      query[i * 16] = speed[i] - 7;
      memory[i * 48] = 1;
      fork(draw.nextBoolean() ? 1 : -1, speed[i], driven, i);
    }
    Map<String, NDArray> targets = new LinkedHashMap<>();
    targets.put(Student.TRAJECTORY, Constants.of(manager, driven, count, POSES, 3));
    try (NDArray borrowed =
        manager.create(
            java.nio.ByteBuffer.wrap(scores),
            new ai.djl.ndarray.types.Shape(count, ANCHORS, VocabularyHead.Metric.values().length),
            ai.djl.ndarray.types.DataType.UINT8)) {
      targets.put(VocabularyHead.ANCHOR_SCORES, borrowed.duplicate());
    }
    return new Forks(
        new PlanningState(
            Constants.of(manager, query, count, 16),
            Constants.of(manager, memory, count, 3, 16),
            Constants.of(manager, speed, count, 1)),
        targets);
  }

  /** 400 steps at the fork; the loss of each. */
  private double[] train(PlanningHead head) {
    TrainingPlan plan = new TrainingPlan(400, 32, 0.003, 0, 20, 1, 0, 0);
    double[] losses = new double[400];
    new TrainingLoop<SplittableRandom>(
            plan,
            3,
            head,
            1000,
            (step, indices, seed) -> new SplittableRandom(seed),
            (pass, step) -> {
              Forks forks = forks(32, step.input());
              Losses all = new Losses();
              HeadLosses said = head.losses(pass, forks.state(), forks.targets());
              said.terms().forEach((name, loss) -> all.term(name, loss.mean()));
              said.forecast()
                  .ifPresent(
                      forecast ->
                          head.judged(forecast.logits(), leftIsGood(forecast.trajectories()))
                              .forEach((name, loss) -> all.term(name, loss.mean())));
              return all;
            })
        .withListener(report -> losses[(int) report.step()] = report.loss())
        .run();
    return losses;
  }

  private NDList noise(PlanningHead head, int count) {
    NDList noise = new NDList();
    for (TensorSpec spec : head.noise()) {
      long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      shape[0] = count;
      int numbers = 1;
      for (long size : shape) {
        numbers *= (int) size;
      }
      float[] values = new float[numbers];
      for (int i = 0; i < numbers; i++) {
        values[i] = (float) random.nextGaussian();
      }
      noise.add(Constants.of(manager, values, shape));
    }
    return noise;
  }

  private Pass pass() {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void proposesAsManyAsItSaysAndChoosesTheBest(Kind kind) {
    PlanningHead head = head(kind);
    Forks forks = forks(3, random);
    NDList noise = noise(head, 3);
    Inference.run(
        () -> {
          Proposals proposals = head.propose(pass(), forks.state(), noise);
          assertThat(proposals.trajectories().getShape().getShape())
              .containsExactly(3, head.proposals(), POSES, 3);
          assertThat(proposals.scores().getShape().getShape()).containsExactly(3, head.proposals());
          long[] chosen = proposals.scores().argMax(1).toLongArray();
          for (int i = 0; i < 3; i++) {
            assertThat(proposals.best().get(i))
                .isEqualTo(proposals.trajectories().get(i).get(new NDIndex((int) chosen[i])));
          }
          NDArray again = head.propose(pass(), forks.state(), noise).trajectories();
          assertThat(again).isEqualTo(proposals.trajectories());
        });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void samplesDoNotInfluenceEachOther(Kind kind) {
    PlanningHead head = head(kind);
    Forks forks = forks(3, random);
    NDList noise = noise(head, 3);
    Inference.run(
        () -> {
          NDArray together = head.propose(pass(), forks.state(), noise).trajectories();
          NDIndex second = new NDIndex("1:2");
          NDList own = new NDList();
          noise.forEach(array -> own.add(array.get(second)));
          PlanningState state =
              new PlanningState(
                  forks.state().query().get(second),
                  forks.state().memory().get(second),
                  forks.state().speedMps().get(second));
          NDArray alone = head.propose(pass(), state, own).trajectories();
          assertThat(alone.sub(together.get(second)).abs().max().getFloat()).isLessThan(1e-4f);
        });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void learnsBothWaysOfAFork(Kind kind) {
    PlanningHead head = head(kind);
    double[] losses = train(head);
    assertThat(mean(losses, 370, 400)).isLessThan(0.9 * mean(losses, 0, 10));
    int count = 64;
    Forks forks = forks(count, random);
    NDList noise = noise(head, count);
    double nearestM =
        Inference.run(
            () -> {
              NDArray proposals = head.propose(pass(), forks.state(), noise).trajectories();
              NDArray apart =
                  proposals
                      .sub(forks.targets().get(Student.TRAJECTORY).expandDims(1))
                      .get(new NDIndex(":, :, :, 0:2"));
              NDArray metres = apart.square().sum(new int[] {3}).sqrt().mean(new int[] {2});
              return (double) metres.min(new int[] {1}).mean().getFloat();
            });
    System.out.printf("%s: nearest proposal %.2f m off%n", kind, nearestM);
    // The two ways are metres apart; who says one trajectory only is wrong for half the drivers.
    if (kind == Kind.REGRESSION) {
      assertThat(nearestM).isGreaterThan(3);
    } else {
      assertThat(nearestM).isLessThan(2.5);
    }
  }

  /** Scores as if the right way were closed: 1 where the last pose lies left, else 0. */
  private static NDArray leftIsGood(NDArray trajectories) {
    NDArray left = trajectories.get(new NDIndex(":, :, -1, 1:2")).gt(0);
    return left.toType(ai.djl.ndarray.types.DataType.FLOAT32, false).repeat(2, 6);
  }

  /** The head drives where the scorer says it is good, though half the drivers went elsewhere. */
  @Test
  void scoringChoosesWhatTheScorerPrefers() {
    PlanningHead head = head(Kind.SCORING);
    train(head);
    Forks forks = forks(64, random);
    float good =
        Inference.run(
            () ->
                leftIsGood(head.propose(pass(), forks.state(), new NDList()).best().expandDims(1))
                    .mean()
                    .getFloat());
    assertThat(good).isGreaterThan(0.95f);
  }

  private static double mean(double[] values, int from, int to) {
    return java.util.Arrays.stream(values, from, to).average().orElseThrow();
  }
}
