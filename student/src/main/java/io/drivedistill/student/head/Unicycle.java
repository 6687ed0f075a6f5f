package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Scalars;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * A vehicle that moves along its heading. Acceleration a and curvature κ hold for one interval: it
 * travels d = Δt·(v + v')/2 with v' = v + Δt·a, turns by κ·d, and moves along the heading midway.
 * It never drives backwards. Controls are in units of {@value #ACCELERATION_MPS2} m/s² and {@value
 * #CURVATURE_PER_M} 1/m, so that most lie within ±1.
 */
final class Unicycle {
  private static final double ACCELERATION_MPS2 = 1.5;
  private static final double CURVATURE_PER_M = 0.05;

  /** Weight of differences of successive accelerations where poses are explained by controls. */
  private static final double SMOOTHNESS = 1e-3;

  /** Below about this distance a change of heading says nothing about curvature. */
  private static final double LEAST_TRAVEL_M = 0.1;

  private static final float LARGEST_CONTROL = 5;

  private final int poses;
  private final double intervalS;

  Unicycle(int poses, double intervalS) {
    this.poses = poses;
    this.intervalS = intervalS;
  }

  /**
   * @param controls [B, K, 2·T], accelerations, then curvatures
   * @param speedMps [B, 1] at the start
   * @return [B, K, T, 3] poses after each interval
   */
  NDArray drive(NDArray controls, NDArray speedMps) {
    NDManager manager = controls.getManager();
    NDArray acceleration = controls.get(":, :, 0:" + poses);
    NDArray curvature = Scalars.scale(controls.get(":, :, " + poses + ":"), CURVATURE_PER_M);
    NDArray travel = travelM(acceleration, speedMps.expandDims(1));
    NDArray turn = curvature.mul(travel);
    NDArray sums = square(manager, (i, j) -> j <= i ? 1 : 0);
    NDArray heading = turn.matMul(sums);
    NDArray midway = heading.sub(Scalars.scale(turn, 0.5));
    NDArray x = travel.mul(midway.cos()).matMul(sums);
    NDArray y = travel.mul(midway.sin()).matMul(sums);
    return x.expandDims(3).concat(y.expandDims(3), 3).concat(heading.expandDims(3), 3);
  }

  /** Distance of each interval from scaled accelerations [..., T] and the speed [..., 1]. */
  private NDArray travelM(NDArray acceleration, NDArray speedMps) {
    NDManager manager = acceleration.getManager();
    double change = intervalS * ACCELERATION_MPS2;
    NDArray before = acceleration.matMul(square(manager, (i, j) -> j < i ? change : 0));
    NDArray after = acceleration.matMul(square(manager, (i, j) -> j <= i ? change : 0));
    NDArray sum =
        Scalars.atLeast(before.add(speedMps), 0).add(Scalars.atLeast(after.add(speedMps), 0));
    return Scalars.scale(sum, intervalS / 2);
  }

  /**
   * The controls that drive along a trajectory: accelerations by least squares with a penalty on
   * their differences, without which the trapezoidal rule lets them swing.
   *
   * @param trajectory [B, T, 3]
   * @param speedMps [B, 1] at the start
   * @return [B, 2·T] as {@link #drive} takes them
   */
  NDArray controls(NDArray trajectory, NDArray speedMps) {
    NDManager manager = trajectory.getManager();
    NDArray differences = square(manager, (i, j) -> i == j ? 1 : i == j + 1 ? -1 : 0);
    NDArray x = trajectory.get(":, :, 0").matMul(differences);
    NDArray y = trajectory.get(":, :, 1").matMul(differences);
    NDArray heading = trajectory.get(":, :, 2");
    NDArray turn = heading.matMul(differences);
    NDArray midway = heading.sub(Scalars.scale(turn, 0.5));
    NDArray along = x.mul(midway.cos()).add(y.mul(midway.sin()));
    RealMatrix solution = accelerations();
    NDArray acceleration =
        along.sub(Scalars.scale(speedMps, intervalS)).matMul(square(manager, solution::getEntry));
    NDArray travel = travelM(acceleration, speedMps);
    NDArray curvature =
        turn.mul(travel).div(travel.square().add((float) (LEAST_TRAVEL_M * LEAST_TRAVEL_M)));
    return acceleration
        .concat(Scalars.scale(curvature, 1 / CURVATURE_PER_M), 1)
        .clip(-LARGEST_CONTROL, LARGEST_CONTROL);
  }

  /** From travelled distances less those at constant speed to scaled accelerations, [T, T]. */
  private RealMatrix accelerations() {
    RealMatrix travel = MatrixUtils.createRealMatrix(poses, poses);
    RealMatrix swing = MatrixUtils.createRealMatrix(Math.max(1, poses - 1), poses);
    double square = intervalS * intervalS * ACCELERATION_MPS2;
    for (int i = 0; i < poses; i++) {
      for (int j = 0; j <= i; j++) {
        travel.setEntry(i, j, j == i ? square / 2 : square);
      }
      if (i > 0) {
        swing.setEntry(i - 1, i, 1);
        swing.setEntry(i - 1, i - 1, -1);
      }
    }
    RealMatrix normal =
        travel
            .transposeMultiply(travel)
            .add(swing.transposeMultiply(swing).scalarMultiply(SMOOTHNESS));
    return new LUDecomposition(normal).getSolver().solve(travel.transpose());
  }

  private interface Entry {
    double at(int i, int j);
  }

  /** A matrix M for x.matMul(Mᵀ), entry (i, j) saying what x_j adds to result i. */
  private NDArray square(NDManager manager, Entry entry) {
    float[] values = new float[poses * poses];
    for (int i = 0; i < poses; i++) {
      for (int j = 0; j < poses; j++) {
        values[j * poses + i] = (float) entry.at(i, j);
      }
    }
    return Constants.of(manager, values, poses, poses);
  }
}
