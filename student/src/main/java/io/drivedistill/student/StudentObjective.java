package io.drivedistill.student;

import io.drivedistill.nn.Pass;
import io.drivedistill.nn.training.Losses;
import io.drivedistill.nn.training.Objective;
import io.drivedistill.nn.training.StepBatch;
import java.util.List;

/** Trains a {@link StudentModel}: planner loss and imitation, each part logged by name. */
public final class StudentObjective implements Objective<List<StudentExample>> {
  private static final String TOTAL = "total";
  private static final String CODE_AGREEMENT = "code_agreement";

  private final StudentModel model;
  private final DistillationLoss loss;

  /** For planners that do not ask about scenes. */
  public StudentObjective(StudentModel model, DistillationLoss.Weights weights) {
    this.model = model;
    loss = new DistillationLoss(model.student().loss(), weights);
  }

  /**
   * @param scenes the labelled scenes, for planners that learn from scores of their proposals
   */
  public StudentObjective(
      StudentModel model, DistillationLoss.Weights weights, SceneCaches scenes) {
    this.model = model;
    loss = new DistillationLoss(model.student().loss(scenes), weights);
  }

  @Override
  public Losses losses(Pass pass, StepBatch<List<StudentExample>> step) {
    StudentBatch batch = StudentBatch.ofExamples(step.manager(), model.student(), step.input());
    StudentOutput output = model.predict(pass, batch);
    PlannerLoss.Parts parts = loss.of(output, batch);
    Losses losses = new Losses().term(TOTAL, parts.total());
    parts.parts().forEach(losses::metric);
    DistillationLoss.codeAgreement(output, batch)
        .ifPresent(share -> losses.metric(CODE_AGREEMENT, share));
    return losses;
  }
}
