package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Mlp;
import io.drivedistill.nn.Pass;
import io.drivedistill.student.Student;
import java.util.Map;

/**
 * TransFuser's head (SPEC-transfuser section 2): an MLP says the poses, trained by their mean
 * absolute error. Positions are free, headings are π·tanh.
 */
public final class RegressionHead extends PlanningHead {
  private final Mlp mlp;
  private final int poses;

  public RegressionHead(HeadSizes sizes) {
    poses = sizes.poses();
    mlp = child("_mlp", new Mlp(sizes.channels(), sizes.hidden(), sizes.numbers()));
  }

  @Override
  public int proposals() {
    return 1;
  }

  @Override
  public Proposals propose(Pass pass, PlanningState state, NDList noise) {
    return Proposals.single(trajectory(pass, state));
  }

  private NDArray trajectory(Pass pass, PlanningState state) {
    return Poses.bounded(mlp.forward(pass, state.query()).reshape(-1, poses, 3));
  }

  @Override
  public HeadLosses losses(Pass pass, PlanningState state, Map<String, NDArray> targets) {
    return HeadLosses.of(
        Map.of(
            Student.TRAJECTORY,
            Poses.absoluteError(trajectory(pass, state), targets.get(Student.TRAJECTORY))));
  }
}
