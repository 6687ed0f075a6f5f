package io.drivedistill.student;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Student} must do. A student's own test extends this. */
public abstract class StudentContract {
  private static final long SEED = 5;
  private static final float ROUNDING = 1e-4f;

  private NDManager manager;
  private Student student;
  private SplittableRandom random;

  /** A new student, not initialised, small enough to run in milliseconds. */
  protected abstract Student create();

  /** Scenes to score plans in, for students whose loss does; asked for "scene0" and "scene1". */
  protected SceneCaches scenes() {
    return token -> {
      throw new UnsupportedOperationException("This student's loss asks for scenes");
    };
  }

  @BeforeEach
  final void open() {
    manager = NDManager.newBaseManager();
    student = create();
    student.initialize(manager, SEED);
    long seed = System.nanoTime();
    System.out.println("random inputs: seed " + seed);
    random = new SplittableRandom(seed);
  }

  @AfterEach
  final void close() {
    manager.close();
  }

  @Test
  final void tokensHaveThePromisedSizes() {
    StudentBatch batch = batch(3);
    Student.TokenSizes sizes = student.tokenSizes();
    Inference.run(
        () -> {
          Encoding encoding = student.encode(pass(), batch.sensors());
          assertThat(encoding.bevTokens().getShape().getShape())
              .containsExactly(3, sizes.bevTokens(), sizes.bevChannels());
          assertThat(encoding.imageTokens().getShape().getShape())
              .containsExactly(3, sizes.imageTokens(), sizes.imageChannels());
          assertThat(encoding.status().getShape().getShape())
              .containsExactly(3, sizes.statusChannels());
        });
  }

  @Test
  final void planIsThePredictedTrajectory() {
    StudentBatch batch = batch(2);
    Inference.run(
        () -> {
          Encoding encoding = student.encode(pass(), batch.sensors());
          NDArray plan = student.plan(pass(), encoding);
          List<Long> shape = new ArrayList<>();
          for (long size : plan.getShape().getShape()) {
            shape.add(size);
          }
          assertThat(student.trajectory().accepts(Dtype.F32, shape)).isTrue();
          assertThat(student.predict(pass(), encoding).get(Student.TRAJECTORY)).isEqualTo(plan);
        });
  }

  @Test
  final void samplesDoNotInfluenceEachOtherAtInference() {
    StudentBatch batch = batch(3);
    Inference.run(
        () -> {
          NDArray together = plan(batch.sensors());
          for (int i = 0; i < 3; i++) {
            NDIndex one = new NDIndex(i + ":" + (i + 1));
            NDList alone = new NDList();
            batch.sensors().forEach(sensor -> alone.add(sensor.get(one)));
            NDArray difference = plan(alone).sub(together.get(one)).abs().max();
            assertThat(difference.getFloat()).isLessThan(ROUNDING);
          }
        });
  }

  @Test
  final void planFollowsTheBevTokens() {
    StudentBatch batch = batch(2);
    Inference.run(
        () -> {
          Encoding encoding = student.encode(pass(), batch.sensors());
          NDArray moved = encoding.bevTokens().mul(-1);
          assertThat(student.plan(pass(), encoding.withBevTokens(moved)))
              .isNotEqualTo(student.plan(pass(), encoding));
        });
  }

  @Test
  final void lossIsFiniteAndItsGradientReachesTheEncoders() {
    StudentBatch batch = batch(2);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      Pass training = new Pass(new ParameterStore(manager, false), manager.getDevice(), true);
      Map<String, NDArray> predictions =
          student.predict(training, student.encode(training, batch.sensors()), batch.targets());
      NDArray total = student.loss(scenes()).of(predictions, batch).total();
      assertThat(total.getFloat()).isFinite();
      collector.backward(total);
    }
    long reached =
        Weights.of(student).values().stream()
            .filter(parameter -> parameter.requiresGradient())
            .filter(parameter -> parameter.getArray().getGradient().abs().max().getFloat() > 0)
            .count();
    assertThat(reached).isGreaterThan(Weights.of(student).size() / 3);
  }

  private NDArray plan(NDList sensors) {
    return student.plan(pass(), student.encode(pass(), sensors));
  }

  private Pass pass() {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  private StudentBatch batch(int size) {
    List<StudentSample> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      samples.add(
          new StudentSample(
              "scene" + i, tensors(student.inputs()), Optional.of(tensors(student.targets()))));
    }
    return StudentBatch.of(manager, student, samples);
  }

  /** Small whole numbers, which are valid pixels, counts, classes and labels alike. */
  private Map<String, SampleTensor> tensors(List<TensorSpec> specs) {
    Map<String, SampleTensor> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      long[] shape = spec.shape().stream().skip(1).mapToLong(Long::longValue).toArray();
      int count = 1;
      for (long size : shape) {
        count = Math.multiplyExact(count, (int) size);
      }
      if (spec.dtype() == Dtype.U8) {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) {
          values[i] = (byte) random.nextInt(2);
        }
        tensors.put(spec.name(), SampleTensor.ofBytes(values, shape));
      } else {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = random.nextInt(2);
        }
        tensors.put(spec.name(), SampleTensor.ofFloats(values, shape));
      }
    }
    return tensors;
  }
}
