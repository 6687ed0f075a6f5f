package io.drivedistill.student;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.nn.training.TrainingPlan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a training step of a student costs beside the same operations called on DJL directly: the
 * same forward pass and loss with DJL's own parameter store and gradient collector, and Adam's
 * native update, without the training loop's leaves, gradient norm, checks and log. Both free all
 * their arrays: what one of them left behind would break up the heap, and the other would pay for
 * the new pages. Steps of both kinds take turns on one model and one batch of random numbers.
 */
public final class StepBench {
  private static final int BYTES_BELOW = 5;
  private static final long SEED = 1;
  private static final float RATE = 1e-5f;

  /** Rounds after which the heap of the C library has found its size. */
  private static final int WARM_UP = 4;

  /**
   * Medians over the rounds.
   *
   * @param stepS wall clock of a step of the training loop
   * @param directS of the same operations called directly
   * @param stepCpuS processor time of all threads, which other work on the machine disturbs less
   * @param directCpuS the same, called directly
   */
  public record Report(double stepS, double directS, double stepCpuS, double directCpuS) {}

  private record Moment(long wallNs, long cpuNs) {
    static Moment now() {
      var system =
          (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return new Moment(System.nanoTime(), system.getProcessCpuTime());
    }
  }

  private final StudentModel model;
  private final List<StudentExample> batch;
  private final Map<Parameter, NDArray[]> moments = new LinkedHashMap<>();
  private final List<double[]> steps = new ArrayList<>();
  private final List<double[]> direct = new ArrayList<>();
  private Moment last;

  private StepBench(StudentModel model, int batchSize) {
    this.model = model;
    SplittableRandom random = new SplittableRandom(SEED);
    batch = new ArrayList<>();
    for (int i = 0; i < batchSize; i++) {
      batch.add(StudentExample.of(drawn("scene" + i, model.student(), random, BYTES_BELOW)));
    }
  }

  /**
   * Measures.
   *
   * @param student not initialised; its weights are drawn here and freed at the end
   * @param rounds steps of each kind, after some of each that do not count
   */
  public static Report measure(Student student, int batchSize, int rounds) {
    try (NDManager manager = TensorLibrary.newManager()) {
      StudentModel model = StudentModel.baseline(student);
      model.initialize(manager, SEED);
      return new StepBench(model, batchSize).run(manager, rounds);
    }
  }

  private Report run(NDManager manager, int rounds) {
    for (Parameter parameter : Weights.of(model).values()) {
      if (parameter.requiresGradient()) {
        NDArray array = parameter.getArray();
        moments.put(
            parameter,
            new NDArray[] {manager.zeros(array.getShape()), manager.zeros(array.getShape())});
      }
    }
    DistillationLoss.Weights weights =
        new DistillationLoss.Weights(1, 0, 1, 0, DistillationLoss.FeatureDistance.SQUARED);
    TrainingPlan plan = new TrainingPlan(rounds + WARM_UP, batch.size(), RATE, 0, 0, 0, 0, 0);
    last = Moment.now();
    new TrainingLoop<>(
            plan,
            SEED,
            model,
            batch.size(),
            (step, indices, seed) -> batch,
            new StudentObjective(model, weights))
        .withListener(
            report -> {
              steps.add(since(last));
              Moment begin = Moment.now();
              step(manager);
              direct.add(since(begin));
              last = Moment.now();
            })
        .run();
    return new Report(median(steps, 0), median(direct, 0), median(steps, 1), median(direct, 1));
  }

  private void step(NDManager root) {
    Student student = model.student();
    try (NDManager manager = root.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        StudentBatch stacked = StudentBatch.ofExamples(manager, student, batch);
        Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), true);
        Map<String, NDArray> predictions =
            student.predict(pass, student.encode(pass, stacked.sensors()), stacked.targets());
        collector.backward(
            student.loss().of(predictions, stacked.targets(), stacked.labelled()).total());
      }
      moments.forEach(StepBench::update);
    }
  }

  private static void update(Parameter parameter, NDArray[] moments) {
    PtNDArray weight = (PtNDArray) parameter.getArray();
    try (NDArray gradient = weight.getGradient()) {
      JniUtils.adamUpdate(
          weight,
          (PtNDArray) gradient,
          (PtNDArray) moments[0],
          (PtNDArray) moments[1],
          RATE,
          RATE,
          0,
          1,
          -1,
          0.9f,
          0.999f,
          1e-8f,
          true);
    }
    JniUtils.zeroGrad(weight);
  }

  private static double[] since(Moment begin) {
    Moment now = Moment.now();
    return new double[] {(now.wallNs - begin.wallNs) / 1e9, (now.cpuNs - begin.cpuNs) / 1e9};
  }

  private static double median(List<double[]> measured, int column) {
    double[] values =
        measured.stream().skip(WARM_UP).mapToDouble(one -> one[column]).sorted().toArray();
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /**
   * A labelled sample of small whole numbers, which are valid pixels, counts, classes, labels and
   * poses.
   *
   * @param below bytes are below this
   */
  static StudentSample drawn(String token, Student student, SplittableRandom random, int below) {
    return new StudentSample(
        token,
        numbers(student.inputs(), random, below),
        Optional.of(numbers(student.targets(), random, below)));
  }

  private static Map<String, SampleTensor> numbers(
      List<TensorSpec> specs, SplittableRandom random, int below) {
    Map<String, SampleTensor> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      long[] shape = spec.shape().stream().skip(1).mapToLong(Long::longValue).toArray();
      int count = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
      byte[] bytes = new byte[count];
      float[] floats = new float[count];
      for (int i = 0; i < count; i++) {
        bytes[i] = (byte) random.nextInt(below);
        floats[i] = random.nextInt(2);
      }
      tensors.put(
          spec.name(),
          spec.dtype() == Dtype.U8
              ? SampleTensor.ofBytes(bytes, shape)
              : SampleTensor.ofFloats(floats, shape));
    }
    return tensors;
  }
}
