package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import io.drivedistill.nn.Scalars;
import java.util.Map;

/** Mean absolute error of the planned poses: for planners that predict nothing else. */
public final class TrajectoryLoss implements PlannerLoss {
  @Override
  public Parts of(
      Map<String, NDArray> predictions, Map<String, NDArray> targets, NDArray labelled) {
    NDArray error = predictions.get(Student.TRAJECTORY).sub(targets.get(Student.TRAJECTORY)).abs();
    NDArray perSample = error.reshape(labelled.getShape().get(0), -1).mean(new int[] {1});
    NDArray mean = perSample.mul(labelled).sum().div(Scalars.atLeast(labelled.sum(), 1));
    return new Parts(mean, Map.of(Student.TRAJECTORY, mean));
  }
}
