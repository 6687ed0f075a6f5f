package io.drivedistill.distill;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.Progress;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.StudentSample;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Lets an exported student plan prepared scenes, one at a time as in a car. */
final class ExportedPlanner {
  private ExportedPlanner() {}

  /** Plans by scene token, in the store's order. */
  static Map<String, Trajectory> plan(
      OnnxSession session,
      String output,
      List<TensorSpec> noise,
      SampleStore scenes,
      Progress progress) {
    Map<String, Trajectory> plans = new LinkedHashMap<>();
    for (int i = 0; i < scenes.size(); i++) {
      StudentSample sample = scenes.read(i);
      double[] values = session.run(inputs(sample, noise)).get(output).toDoubles();
      float[] poses = new float[values.length];
      for (int k = 0; k < values.length; k++) {
        poses[k] = (float) values[k];
      }
      plans.put(sample.token(), Trajectory.of(poses));
      progress.step(1);
    }
    return plans;
  }

  /** Inputs of some scenes, evenly from the whole store; each is read when it is asked for. */
  static Iterable<Map<String, HostTensor>> inputs(
      SampleStore scenes, List<TensorSpec> noise, int count) {
    int taken = Math.min(count, scenes.size());
    return () ->
        IntStream.range(0, taken)
            .mapToObj(i -> inputs(scenes.read((int) ((long) i * scenes.size() / taken)), noise))
            .iterator();
  }

  /** Largest distance between two plans' poses for the same time, over all scenes, in metres. */
  static double largestChangeM(Map<String, Trajectory> plans, Map<String, Trajectory> others) {
    double largest = 0;
    for (Map.Entry<String, Trajectory> plan : plans.entrySet()) {
      Iterator<Pose2> other = others.get(plan.getKey()).poses().iterator();
      for (Pose2 pose : plan.getValue().poses()) {
        Pose2 there = other.next();
        largest = Math.max(largest, Math.hypot(pose.xM() - there.xM(), pose.yM() - there.yM()));
      }
    }
    return largest;
  }

  /** Largest difference of x, y (m) or heading (rad) over the largest of them in the others. */
  static double largestRelative(Map<String, Trajectory> plans, Map<String, Trajectory> others) {
    double largest = 0;
    double magnitude = Double.MIN_NORMAL;
    for (Map.Entry<String, Trajectory> plan : plans.entrySet()) {
      Iterator<Pose2> other = others.get(plan.getKey()).poses().iterator();
      for (Pose2 pose : plan.getValue().poses()) {
        Pose2 there = other.next();
        largest = Math.max(largest, Math.abs(pose.xM() - there.xM()));
        largest = Math.max(largest, Math.abs(pose.yM() - there.yM()));
        largest = Math.max(largest, Math.abs(pose.headingRad() - there.headingRad()));
        magnitude = Math.max(magnitude, Math.abs(there.xM()));
        magnitude = Math.max(magnitude, Math.abs(there.yM()));
        magnitude = Math.max(magnitude, Math.abs(there.headingRad()));
      }
    }
    return largest / magnitude;
  }

  private static Map<String, HostTensor> inputs(StudentSample sample, List<TensorSpec> noise) {
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    sample.inputs().forEach((name, tensor) -> inputs.put(name, batchOfOne(tensor)));
    for (TensorSpec spec : noise) {
      long[] sizes = spec.shape().stream().mapToLong(Long::longValue).toArray();
      sizes[0] = 1;
      inputs.put(spec.name(), HostTensor.of(PlanningNoise.of(spec, sample.token()), sizes));
    }
    return inputs;
  }

  private static HostTensor batchOfOne(SampleTensor tensor) {
    List<Long> shape = new ArrayList<>(tensor.shape());
    shape.add(0, 1L);
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    return switch (tensor.dtype()) {
      case U8 -> {
        HostTensor bytes = HostTensor.zeros(DataType.UINT8, sizes);
        bytes.data().duplicate().put(tensor.toBytes());
        yield bytes;
      }
      case F32 -> HostTensor.of(tensor.toFloats(), sizes);
      default -> throw new IllegalStateException("No student takes " + tensor.dtype());
    };
  }
}
