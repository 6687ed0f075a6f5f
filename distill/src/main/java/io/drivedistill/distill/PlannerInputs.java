package io.drivedistill.distill;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.points.PointCloudInput;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.StudentSample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What an exported planner gets for a prepared scene, as a batch of one.
 *
 * @param noise what the planner takes of chance
 * @param points name of the counts that the model makes itself, and the points of a scene by token;
 *     empty where it takes the counts
 */
record PlannerInputs(List<TensorSpec> noise, Optional<Points> points) {

  /** See {@link PlannerInputs}. */
  record Points(String counts, Function<String, HostTensor> ofScene) {}

  /** For a model that takes what was prepared. */
  static PlannerInputs prepared(List<TensorSpec> noise) {
    return new PlannerInputs(noise, Optional.empty());
  }

  Map<String, HostTensor> of(StudentSample sample) {
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    sample.inputs().forEach((name, tensor) -> inputs.put(name, batchOfOne(tensor)));
    points.ifPresent(
        cloud -> {
          inputs.remove(cloud.counts());
          inputs.put(PointCloudInput.NAME, cloud.ofScene().apply(sample.token()));
        });
    for (TensorSpec spec : noise) {
      long[] sizes = spec.shape().stream().mapToLong(Long::longValue).toArray();
      sizes[0] = 1;
      inputs.put(spec.name(), HostTensor.of(PlanningNoise.of(spec, sample.token()), sizes));
    }
    return inputs;
  }

  /** For some scenes, evenly from the whole store; each is read when it is asked for. */
  Iterable<Map<String, HostTensor>> some(SampleStore scenes, int count) {
    int taken = Math.min(count, scenes.size());
    return () ->
        IntStream.range(0, taken)
            .mapToObj(i -> of(scenes.read((int) ((long) i * scenes.size() / taken))))
            .iterator();
  }

  static HostTensor batchOfOne(SampleTensor tensor) {
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
