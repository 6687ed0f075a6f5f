package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.SimulatedProposals;
import io.drivedistill.student.StudentBatch;
import io.drivedistill.student.head.PlanningHead;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets the PDM scorer judge the proposals of a head that forecasts scores, and adds what that costs
 * to the head's terms. Nothing is scored for other heads.
 */
final class ForecastLoss implements PlannerLoss {
  private final PlannerLoss planner;
  private final PlanningHead head;
  private final double poseIntervalS;
  private final SceneCaches scenes;

  ForecastLoss(PlannerLoss planner, PlanningHead head, double poseIntervalS, SceneCaches scenes) {
    this.planner = planner;
    this.head = head;
    this.poseIntervalS = poseIntervalS;
    this.scenes = scenes;
  }

  @Override
  public Parts of(Map<String, NDArray> predictions, StudentBatch batch) {
    Map<String, NDArray> judged = new LinkedHashMap<>(predictions);
    NDArray logits = judged.remove(Transfuser.SCORE_LOGITS);
    NDArray proposals = judged.remove(Transfuser.PROPOSALS);
    if (logits != null) {
      NDArray scores =
          SimulatedProposals.of(scenes, proposals, poseIntervalS, batch.tokens(), batch.labelled())
              .scores(logits);
      head.judged(logits, scores).forEach((name, loss) -> judged.put(Transfuser.HEAD + name, loss));
    }
    return of(judged, batch.targets(), batch.labelled());
  }

  @Override
  public Parts of(
      Map<String, NDArray> predictions, Map<String, NDArray> targets, NDArray labelled) {
    return planner.of(predictions, targets, labelled);
  }
}
