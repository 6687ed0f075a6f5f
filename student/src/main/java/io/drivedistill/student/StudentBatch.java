package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Constants;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Samples stacked for one training step. Samples that lack targets or teacher are filled with zeros
 * and masked.
 *
 * @param tokens of the scenes
 * @param sensors inputs of the student
 * @param targets by name
 * @param labelled [B], 1 for samples with targets
 * @param teacher what the teacher said; absent if it said nothing of any sample
 * @param taught [B], 1 for samples with teacher
 * @param taughtCount how many those are
 */
public record StudentBatch(
    List<String> tokens,
    NDList sensors,
    Map<String, NDArray> targets,
    NDArray labelled,
    Optional<TeacherSignals> teacher,
    NDArray taught,
    int taughtCount) {

  /** Stacks samples without a teacher. */
  public static StudentBatch of(NDManager manager, Student student, List<StudentSample> samples) {
    return ofExamples(manager, student, samples.stream().map(StudentExample::of).toList());
  }

  /**
   * Stacks samples. All arrays belong to {@code manager}.
   *
   * @throws IllegalArgumentException if a tensor does not have the shape that the student expects
   */
  public static StudentBatch ofExamples(
      NDManager manager, Student student, List<StudentExample> examples) {
    List<StudentSample> samples = examples.stream().map(StudentExample::sample).toList();
    List<Optional<TeacherSample>> teacher = examples.stream().map(StudentExample::teacher).toList();
    NDList sensors = new NDList();
    for (TensorSpec spec : student.inputs()) {
      sensors.add(stacked(manager, spec, samples.stream().map(s -> input(s, spec)).toList()));
    }
    Map<String, NDArray> targets = new LinkedHashMap<>();
    for (TensorSpec spec : student.targets()) {
      targets.put(
          spec.name(), stacked(manager, spec, samples.stream().map(s -> target(s, spec)).toList()));
    }
    NDArray labelled = mask(manager, samples.stream().map(s -> s.targets().isPresent()).toList());
    NDArray taught = mask(manager, teacher.stream().map(Optional::isPresent).toList());
    int taughtCount = (int) teacher.stream().filter(Optional::isPresent).count();
    return new StudentBatch(
        samples.stream().map(StudentSample::token).toList(),
        sensors,
        targets,
        labelled,
        signals(manager, teacher),
        taught,
        taughtCount);
  }

  private static SampleTensor input(StudentSample sample, TensorSpec spec) {
    SampleTensor tensor = sample.inputs().get(spec.name());
    if (tensor == null) {
      throw new IllegalArgumentException(
          "Sample " + sample.token() + " lacks input '" + spec.name() + "'");
    }
    return tensor;
  }

  private static SampleTensor target(StudentSample sample, TensorSpec spec) {
    return sample.targets().map(targets -> targets.get(spec.name())).orElse(null);
  }

  private static Optional<TeacherSignals> signals(
      NDManager manager, List<Optional<TeacherSample>> teacher) {
    Optional<TeacherSample> any = teacher.stream().flatMap(Optional::stream).findFirst();
    return any.map(
        one ->
            new TeacherSignals(
                stacked(
                    manager,
                    spec("teacher_features", one.features()),
                    teacher.stream()
                        .map(t -> t.map(TeacherSample::features).orElse(null))
                        .toList()),
                stacked(
                    manager,
                    spec("teacher_codes", one.codeLogits()),
                    teacher.stream()
                        .map(t -> t.map(TeacherSample::codeLogits).orElse(null))
                        .toList())));
  }

  private static TensorSpec spec(String name, SampleTensor tensor) {
    List<Long> shape = new ArrayList<>(tensor.shape());
    shape.add(0, TensorSpec.BATCH);
    return new TensorSpec(name, tensor.dtype(), shape, "1", "none", name);
  }

  private static NDArray mask(NDManager manager, List<Boolean> set) {
    float[] values = new float[set.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = set.get(i) ? 1 : 0;
    }
    return Constants.of(manager, values, values.length);
  }

  /** Null entries become zeros. */
  private static NDArray stacked(NDManager manager, TensorSpec spec, List<SampleTensor> tensors) {
    long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
    shape[0] = tensors.size();
    int stride = spec.dtype().bytes();
    for (int i = 1; i < shape.length; i++) {
      stride = Math.multiplyExact(stride, (int) shape[i]);
    }
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(stride, tensors.size()))
            .order(ByteOrder.nativeOrder());
    List<Long> expected = spec.shape().subList(1, spec.shape().size());
    for (int i = 0; i < tensors.size(); i++) {
      SampleTensor tensor = tensors.get(i);
      if (tensor == null) {
        continue;
      }
      if (tensor.dtype() != spec.dtype() || !tensor.shape().equals(expected)) {
        throw new IllegalArgumentException(
            "Sample "
                + i
                + " of the batch has "
                + tensor.dtype()
                + tensor.shape()
                + " for '"
                + spec.name()
                + "', expected "
                + spec.dtype()
                + expected);
      }
      tensor.putInto(buffer.position(i * stride));
    }
    DataType type = type(spec.dtype());
    try (NDArray borrowed = manager.create(buffer.rewind(), new Shape(shape), type)) {
      return type == DataType.FLOAT16
          ? borrowed.toType(DataType.FLOAT32, true)
          : borrowed.duplicate();
    }
  }

  private static DataType type(Dtype dtype) {
    return switch (dtype) {
      case F32 -> DataType.FLOAT32;
      case F16 -> DataType.FLOAT16;
      case U8 -> DataType.UINT8;
      case I64 -> DataType.INT64;
      case I32 -> DataType.INT32;
      case F64 -> DataType.FLOAT64;
      case BF16, I16, I8, BOOL ->
          throw new IllegalArgumentException("Samples cannot hold " + dtype);
    };
  }
}
