package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.BinaryCrossEntropy;
import io.drivedistill.nn.Mlp;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.student.Student;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Chooses from a fixed vocabulary of trajectories (Li et al. 2024, Hydra-MDP): one head learns
 * which of them people drive, one head for each sub-score learns what the PDM scorer would say of
 * it.
 */
public final class VocabularyHead extends AnchoredHead {
  /** Sub-scores of every trajectory of the vocabulary. */
  public static final String ANCHOR_SCORES = "anchor_scores";

  /** Name of the imitation term among the losses. */
  public static final String IMITATION = "imitation";

  /** What {@link #ANCHOR_SCORES} holds for 1. */
  public static final int FULL_SCORE = 255;

  /** The sub-scores, in the order of {@link #ANCHOR_SCORES}. */
  public enum Metric {
    NO_COLLISION,
    DRIVABLE_AREA,
    EGO_PROGRESS,
    TIME_TO_COLLISION,
    COMFORT
  }

  private final HeadConfig.Vocabulary config;
  private final AnchorDecoder decoder;
  private final Mlp imitation;
  private final Map<Metric, Mlp> metrics = new EnumMap<>(Metric.class);

  public VocabularyHead(HeadConfig.Vocabulary config, HeadSizes sizes) {
    super(config.size(), sizes);
    this.config = config;
    int channels = sizes.channels();
    decoder = child("decoder", new AnchorDecoder(sizes));
    imitation = child("heads.imitation", new Mlp(channels, sizes.hidden(), 1));
    for (Metric metric : Metric.values()) {
      metrics.put(metric, child("heads." + name(metric), new Mlp(channels, sizes.hidden(), 1)));
    }
  }

  private static String name(Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<TensorSpec> targets() {
    return List.of(
        TensorSpec.of(
            ANCHOR_SCORES,
            Dtype.U8,
            new long[] {TensorSpec.BATCH, config.size(), Metric.values().length},
            "1/" + FULL_SCORE,
            "none",
            "PDM sub-scores of every trajectory of the vocabulary in this scene."));
  }

  /** Logits, [B, V] each. */
  private record Answers(NDArray imitation, Map<Metric, NDArray> metrics) {
    NDArray probability(Metric metric) {
      return metrics.get(metric).getNDArrayInternal().sigmoid();
    }

    /** log σ(x), exact also where σ(x) rounds to 0. */
    NDArray logProbability(Metric metric) {
      return metrics.get(metric).neg().getNDArrayInternal().softPlus().neg();
    }
  }

  private Answers answers(Pass pass, PlanningState state, NDArray anchors) {
    NDArray decoded = decoder.forward(pass, anchors, state, null);
    Map<Metric, NDArray> logits = new EnumMap<>(Metric.class);
    metrics.forEach((metric, head) -> logits.put(metric, head.forward(pass, decoded).squeeze(2)));
    return new Answers(imitation.forward(pass, decoded).squeeze(2), logits);
  }

  @Override
  public Proposals propose(Pass pass, PlanningState state, NDList noise) {
    NDArray anchors = anchors(pass);
    Answers answers = answers(pass, state, anchors);
    NDArray mean =
        Scalars.scale(answers.probability(Metric.TIME_TO_COLLISION), 5)
            .add(Scalars.scale(answers.probability(Metric.EGO_PROGRESS), 5))
            .add(Scalars.scale(answers.probability(Metric.COMFORT), 2));
    HeadConfig.ChoiceWeights weights = config.choice();
    NDArray scores =
        Scalars.scale(answers.imitation().logSoftmax(1), weights.imitation())
            .add(Scalars.scale(answers.logProbability(Metric.NO_COLLISION), weights.noCollision()))
            .add(
                Scalars.scale(answers.logProbability(Metric.DRIVABLE_AREA), weights.drivableArea()))
            .add(Scalars.scale(mean.log(), weights.weightedMean()));
    NDArray everywhere = Scalars.scale(scores, 0).expandDims(2).expandDims(3).add(anchors);
    return new Proposals(everywhere, scores);
  }

  @Override
  public HeadLosses losses(Pass pass, PlanningState state, Map<String, NDArray> targets) {
    NDArray anchors = anchors(pass);
    Answers answers = answers(pass, state, anchors);
    NDArray driven = targets.get(Student.TRAJECTORY).expandDims(1);
    NDArray apart = anchors.sub(driven).get(":, :, :, 0:2").square().sum(new int[] {2, 3});
    NDArray wanted = apart.neg().softmax(1).stopGradient();
    NDArray surprise = wanted.mul(answers.imitation().logSoftmax(1)).sum(new int[] {1}).neg();
    Map<String, NDArray> losses = new LinkedHashMap<>();
    losses.put(IMITATION, Scalars.scale(surprise, config.imitationWeight()));
    NDArray scores =
        Scalars.scale(targets.get(ANCHOR_SCORES).toType(DataType.FLOAT32, false), 1.0 / FULL_SCORE);
    int column = 0;
    for (Metric metric : Metric.values()) {
      NDArray truth = scores.get(":, :, " + column++);
      NDArray error = BinaryCrossEntropy.perElement(answers.metrics().get(metric), truth);
      losses.put(name(metric), Scalars.scale(Poses.perSample(error), config.metricWeight()));
    }
    return HeadLosses.of(losses);
  }
}
