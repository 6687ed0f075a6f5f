package io.drivedistill.distill;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.student.DistillationLoss;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.StudentChoice;
import io.drivedistill.student.head.HeadConfig;
import io.drivedistill.student.ipad.IpadConfig;
import io.drivedistill.student.ipad.IpadKind;
import io.drivedistill.student.transfuser.TransfuserConfig;
import io.drivedistill.student.transfuser.TransfuserKind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The three students of an experiment: without a teacher, with it, and distilled from it. The
 * distilled one starts from the teacher-guided one, so the baseline gets the labelled steps of
 * both.
 *
 * @param transfuser sizes of the planner, if it is TransFuser
 * @param ipad sizes of the planner, if it is iPad
 * @param backbone name and sizes of the planner, if it comes from another jar
 * @param head planning head in place of TransFuser's own; empty keeps that
 * @param imageEncoder ResNet weights for the camera encoder ({@code .pth} or safetensors), or empty
 * @param startFrom weights of the whole planner that the baseline and the teacher-guided student
 *     start from: a checkpoint as its authors published it or as a run trained a baseline ({@code
 *     .ckpt}, {@code .pth} or safetensors), or empty to start from random numbers
 * @param guidance sizes of what lies between teacher and planner
 * @param distillation weights of the losses
 * @param unlabelledPerStep scenes without labels in each step of the distilled student
 * @param baseline training without a teacher
 * @param guided training with the teacher's features
 * @param distilled training with the decision transformer in the teacher's place
 */
public record StudentSettings(
    Optional<TransfuserConfig> transfuser,
    Optional<IpadConfig> ipad,
    Optional<Map<String, StudentChoice<?>>> backbone,
    Optional<HeadConfig> head,
    Optional<Path> imageEncoder,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Path> startFrom,
    Guidance guidance,
    DistillationLoss.Weights distillation,
    int unlabelledPerStep,
    TrainingPlan baseline,
    TrainingPlan guided,
    TrainingPlan distilled) {

  /** Checks that there is one planner and no student sees more labelled scenes than another. */
  public StudentSettings {
    int named =
        (transfuser.isPresent() ? 1 : 0)
            + (ipad.isPresent() ? 1 : 0)
            + backbone.map(Map::size).orElse(0);
    if (named != 1) {
      throw new IllegalArgumentException(
          "name one planner: 'transfuser', 'ipad' or 'backbone' with the name of one from another"
              + " jar; found "
              + named);
    }
    if (head.isPresent() && transfuser.isEmpty()) {
      throw new IllegalArgumentException("'head' needs 'transfuser'");
    }
    if (startFrom.isPresent() && head.isPresent()) {
      throw new IllegalArgumentException(
          "'startFrom' fills the whole planner, but 'head' puts another planning head into it, for"
              + " which a checkpoint of the planner has no weights; give one of them");
    }
    if (startFrom.isPresent() && imageEncoder.isPresent()) {
      throw new IllegalArgumentException(
          "'startFrom' fills the whole planner, its camera encoder too; leave 'imageEncoder' out");
    }
    long baselineScenes = baseline.steps() * baseline.batchSize();
    long othersScenes =
        guided.steps() * guided.batchSize() + distilled.steps() * distilled.batchSize();
    if (baselineScenes != othersScenes) {
      throw new IllegalArgumentException(
          "the comparison is unfair: the baseline trains on "
              + baselineScenes
              + " labelled scenes (steps times batchSize), the distilled student on "
              + othersScenes
              + " in its two trainings");
    }
  }

  /** The same students with another planning head. */
  StudentSettings with(Optional<HeadConfig> otherHead) {
    return new StudentSettings(
        transfuser,
        ipad,
        backbone,
        otherHead,
        imageEncoder,
        startFrom,
        guidance,
        distillation,
        unlabelledPerStep,
        baseline,
        guided,
        distilled);
  }

  /** The sizes of TransFuser, where the experiment has it. */
  TransfuserConfig requiredTransfuser() {
    return transfuser.orElseThrow(
        () ->
            new DriveDistillException(
                "Planning heads are compared behind TransFuser, the experiment has another planner",
                "Maybe name 'transfuser' under 'student'."));
  }

  /** The planner. */
  public StudentChoice<?> choice() {
    if (transfuser.isPresent()) {
      return new StudentChoice<>(new TransfuserKind(), transfuser.get());
    }
    if (ipad.isPresent()) {
      return new StudentChoice<>(new IpadKind(), ipad.get());
    }
    return backbone.orElseThrow().values().iterator().next();
  }

  /** Sizes of {@link GuidanceConfig} that do not follow from the teacher. */
  public record Guidance(
      int channels,
      boolean codesToo,
      int poolingHeads,
      GuidanceConfig.Fusion fusion,
      GuidanceConfig.Decision decision) {
    /** Completes the sizes. */
    GuidanceConfig with(GuidanceConfig.Teacher teacher) {
      return new GuidanceConfig(teacher, channels, codesToo, poolingHeads, fusion, decision);
    }
  }
}
