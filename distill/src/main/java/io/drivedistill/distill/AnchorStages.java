package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.Safetensors;
import io.drivedistill.core.Stage;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.StudentSample;
import io.drivedistill.student.head.AnchoredHead;
import io.drivedistill.student.head.HeadConfig;
import io.drivedistill.student.head.VocabularyHead;
import io.drivedistill.student.transfuser.Transfuser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an anchored head starts from: typical trajectories of the labelled scenes ({@value #FILE})
 * and, for a vocabulary, what the PDM scorer says of each of them in each labelled scene.
 */
final class AnchorStages implements AutoCloseable {
  private static final String NAME = "anchors";
  private static final int CODE_VERSION = 1;
  private static final String FILE = "anchors.safetensors";
  private static final String TENSOR = "anchors";
  private static final int POSE = 3;

  private final Stage anchors;
  private final Stage scored;
  private final SampleStore scores;

  private AnchorStages(Stage anchors, Stage scored, SampleStore scores) {
    this.anchors = anchors;
    this.scored = scored;
    this.scores = scores;
  }

  /**
   * Makes what the experiment's head needs; nothing for a head without anchors.
   *
   * @param labelled prepared labelled scenes, made by {@code prepared}
   */
  static AnchorStages run(
      RunContext context, DataStage data, SampleStore labelled, Stage prepared) {
    Optional<HeadConfig> head = context.experiment().student().head();
    int count = head.map(HeadConfig::anchors).orElse(0);
    if (count == 0) {
      return new AnchorStages(null, null, null);
    }
    record Inputs(int count, long seed) {}
    long seed = context.experiment().seed();
    Stage anchors =
        context
            .directory()
            .stage(
                NAME,
                Stage.key(NAME, CODE_VERSION, new Inputs(count, seed), prepared),
                folder ->
                    write(
                        folder, TrajectoryClusters.centres(driven(labelled), count, seed), count));
    if (head.orElseThrow().vocabulary().isEmpty()) {
      return new AnchorStages(anchors, null, null);
    }
    List<Trajectory> vocabulary = trajectories(read(anchors), count);
    SceneSelection selection = context.experiment().data().labelled();
    record Vocabulary(String key, String scorer) {}
    SampleStore.Preparation scoring = (dataset, scene) -> scored(dataset, scene, vocabulary);
    Stage scored =
        SampleStage.runUnbounded(
            context,
            data,
            "anchor-scores",
            selection,
            new Vocabulary(anchors.key().hex(), PdmScorer.NAME),
            scoring);
    return new AnchorStages(anchors, scored, SampleStage.open(data, selection, scored, scoring));
  }

  private static List<float[]> driven(SampleStore labelled) {
    List<float[]> driven = new ArrayList<>();
    for (int i = 0; i < labelled.size(); i++) {
      labelled
          .read(i)
          .targets()
          .ifPresent(targets -> driven.add(targets.get(Student.TRAJECTORY).toFloats()));
    }
    return driven;
  }

  private static void write(Path folder, float[] centres, int count) {
    Safetensors.write(
        folder.resolve(FILE),
        Map.of(
            TENSOR,
            Safetensors.Source.ofFloats(centres, count, centres.length / count / POSE, POSE)),
        Map.of());
  }

  private static float[] read(Stage anchors) {
    try (Safetensors file = Safetensors.open(anchors.folder().resolve(FILE))) {
      return SampleTensor.read(file, TENSOR).toFloats();
    }
  }

  private static List<Trajectory> trajectories(float[] values, int count) {
    List<Trajectory> trajectories = new ArrayList<>();
    int each = values.length / count;
    for (int i = 0; i < count; i++) {
      trajectories.add(
          Trajectory.of(java.util.Arrays.copyOfRange(values, i * each, (i + 1) * each)));
    }
    return trajectories;
  }

  /** Sub-scores of the whole vocabulary in one scene, as bytes. */
  private static StudentSample scored(
      NavsimDataset dataset, Scene scene, List<Trajectory> vocabulary) {
    List<PdmScore> scores =
        PdmScorer.score(
            MetricCacheBuilder.build(scene, dataset.map(scene.mapLocation())), vocabulary);
    VocabularyHead.Metric[] metrics = VocabularyHead.Metric.values();
    byte[] bytes = new byte[scores.size() * metrics.length];
    int at = 0;
    for (PdmScore score : scores) {
      for (VocabularyHead.Metric metric : metrics) {
        bytes[at++] = (byte) Math.round(VocabularyHead.FULL_SCORE * value(score, metric));
      }
    }
    return new StudentSample(
        scene.token(),
        Map.of(),
        Optional.of(
            Map.of(
                VocabularyHead.ANCHOR_SCORES,
                SampleTensor.ofBytes(bytes, scores.size(), metrics.length))));
  }

  private static double value(PdmScore score, VocabularyHead.Metric metric) {
    return switch (metric) {
      case NO_COLLISION -> score.noAtFaultCollisions();
      case DRIVABLE_AREA -> score.drivableAreaCompliance();
      case EGO_PROGRESS -> score.egoProgress();
      case TIME_TO_COLLISION -> score.timeToCollisionWithinBound();
      case COMFORT -> score.comfort();
    };
  }

  /** The stages whose results a student reads. */
  List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    Optional.ofNullable(anchors).ifPresent(stages::add);
    Optional.ofNullable(scored).ifPresent(stages::add);
    return stages;
  }

  /** Gives an initialised model its anchors. */
  void equip(StudentModel model, NDManager manager) {
    if (anchors != null && ((Transfuser) model.student()).head() instanceof AnchoredHead head) {
      head.setAnchors(manager, read(anchors));
    }
  }

  /** Adds the scores of the vocabulary to a labelled sample. */
  StudentSample taught(StudentSample sample, int index) {
    if (scores == null || sample.targets().isEmpty()) {
      return sample;
    }
    Map<String, SampleTensor> targets = new LinkedHashMap<>(sample.targets().get());
    targets.putAll(scores.read(index).targets().orElseThrow());
    return new StudentSample(sample.token(), sample.inputs(), Optional.of(targets));
  }

  @Override
  public void close() {
    if (scores != null) {
      scores.close();
    }
  }
}
