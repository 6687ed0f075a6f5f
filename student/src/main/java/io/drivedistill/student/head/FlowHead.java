package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.student.Student;
import java.util.List;
import java.util.Map;

/**
 * Flow matching (Lipman et al. 2023) over accelerations and curvatures, as in Alpamayo-R1: a
 * network says with which velocity noise moves along the straight line to the controls that people
 * chose; planning follows that velocity in Euler steps and drives a {@link Unicycle} with the
 * result. Every proposal can therefore be driven.
 */
public final class FlowHead extends PlanningHead {
  /** Name of the loss: mean squared error of the velocity. */
  public static final String VELOCITY = "velocity";

  private static final int DEPTH = 2;
  private static final int FREQUENCIES = 4;

  /** Points on the way from noise to controls that one sample is trained at. */
  private static final int DRAWS = 8;

  private static final double SPEED_SCALE_MPS = 10;

  private final HeadConfig.Flow config;
  private final Unicycle unicycle;
  private final int numbers;
  private final ConditionedMlp velocity;

  public FlowHead(HeadConfig.Flow config, HeadSizes sizes) {
    this.config = config;
    unicycle = new Unicycle(sizes.poses(), sizes.poseIntervalS());
    numbers = 2 * sizes.poses();
    velocity =
        child(
            "velocity",
            new ConditionedMlp(
                numbers, sizes.hidden(), DEPTH, numbers, sizes.channels(), 1, 2 * FREQUENCIES));
  }

  @Override
  public int proposals() {
    return config.proposals();
  }

  @Override
  public List<TensorSpec> noise() {
    return List.of(
        TensorSpec.of(
            NOISE,
            Dtype.F32,
            new long[] {TensorSpec.BATCH, config.proposals(), numbers},
            "1",
            "none",
            "Standard normal numbers, where the controls of each proposal begin."));
  }

  @Override
  public Proposals propose(Pass pass, PlanningState state, NDList noise) {
    NDArray controls = noise.head();
    for (int step = 0; step < config.steps(); step++) {
      float[] time = {(float) step / config.steps()};
      NDArray now = Constants.of(controls.getManager(), time, 1, 1, 1);
      NDArray change = velocity(pass, state, controls, now);
      controls = controls.add(Scalars.scale(change, 1.0 / config.steps()));
    }
    return Proposals.samples(unicycle.drive(controls, state.speedMps()));
  }

  /**
   * @param controls [B, K, 2·T]
   * @param time 0 at the noise, 1 at the controls, broadcastable to [B, K, 1]
   */
  private NDArray velocity(Pass pass, PlanningState state, NDArray controls, NDArray time) {
    NDArray speed = Scalars.scale(state.speedMps().expandDims(1), 1 / SPEED_SCALE_MPS);
    return velocity.forward(pass, controls, state.query().expandDims(1), speed, features(time));
  }

  private static NDArray features(NDArray time) {
    float[] frequencies = new float[FREQUENCIES];
    for (int i = 0; i < FREQUENCIES; i++) {
      frequencies[i] = (float) (Math.PI * (1 << i));
    }
    NDArray angle = time.mul(Constants.of(time.getManager(), frequencies, FREQUENCIES));
    return angle.sin().concat(angle.cos(), 2);
  }

  @Override
  public HeadLosses losses(Pass pass, PlanningState state, Map<String, NDArray> targets) {
    NDArray controls =
        unicycle
            .controls(targets.get(Student.TRAJECTORY), state.speedMps())
            .stopGradient()
            .expandDims(1);
    long batch = controls.getShape().get(0);
    NDManager manager = controls.getManager();
    NDArray noise = manager.randomNormal(0, 1, new Shape(batch, DRAWS, numbers), DataType.FLOAT32);
    NDArray time = manager.randomUniform(0, 1, new Shape(batch, DRAWS, 1), DataType.FLOAT32);
    NDArray direction = noise.neg().add(controls);
    NDArray between = noise.add(direction.mul(time));
    NDArray error = velocity(pass, state, between, time).sub(direction).square();
    return HeadLosses.of(Map.of(VELOCITY, Poses.perSample(error)));
  }
}
