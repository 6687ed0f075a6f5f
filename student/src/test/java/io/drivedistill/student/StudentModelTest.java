package io.drivedistill.student;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StudentModelTest {
  private static final long SEED = 3;
  private static final GuidanceConfig SIZES =
      GuidanceConfig.quickstart(new GuidanceConfig.Teacher(20, 48, 12, 16));
  private static final DistillationLoss.Weights WEIGHTS =
      new DistillationLoss.Weights(1, 1, 2, 1, DistillationLoss.FeatureDistance.SMOOTH_L1);

  private NDManager manager;
  private SplittableRandom random;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    long seed = System.nanoTime();
    System.out.println("random inputs: seed " + seed);
    random = new SplittableRandom(seed);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(GuidanceKind.class)
  void guidedStudentStartsAsItsBaseline(GuidanceKind kind) {
    StudentModel guided = model(kind);
    StudentModel baseline = model(GuidanceKind.NONE);
    StudentBatch batch = batch(2, 2, 2);
    Inference.run(
        () -> {
          NDArray expected = baseline.forward(pass(false), batch.sensors()).head();
          assertThat(guided.forward(pass(false), inputs(guided, batch)).head()).isEqualTo(expected);
          Map<String, NDArray> plain =
              baseline.predict(pass(false), batch.sensors(), null).predictions();
          StudentOutput output =
              guided.predict(pass(false), batch.sensors(), batch.teacher().orElseThrow());
          assertThat(output.predictions()).isEqualTo(plain);
        });
  }

  @ParameterizedTest
  @EnumSource(GuidanceKind.class)
  void planIsTheTrajectoryOfTrainingAndMeetsItsSpec(GuidanceKind kind) {
    StudentModel model = model(kind);
    StudentBatch batch = batch(3, 3, 3);
    Inference.run(
        () -> {
          NDList outputs = model.forward(pass(false), inputs(model, batch));
          assertThat(outputs).hasSize(1);
          assertThat(outputs.head())
              .isEqualTo(
                  model
                      .predict(pass(false), batch.sensors(), batch.teacher().orElseThrow())
                      .predictions()
                      .get(Student.TRAJECTORY));
          TensorSpec spec = model.trajectory();
          List<Long> shape = new ArrayList<>();
          for (long size : outputs.head().getShape().getShape()) {
            shape.add(size);
          }
          assertThat(spec.accepts(spec.dtype(), shape)).isTrue();
        });
  }

  @Test
  void gradientsReachEveryPartOfADistilledModelAndNothingFrozen() {
    StudentModel model = model(GuidanceKind.DISTILLED);
    Map<String, Parameter> parameters = Weights.of(model);
    // Projections that start at zero let nothing through to what lies behind them.
    parameters.forEach(
        (name, parameter) -> {
          if (name.endsWith("attn.out.weight")) {
            parameter.getArray().addi(0.1);
          }
        });
    Map<String, Double> sizes = gradients(model, batch(3, 3, 3));
    assertThat(sizes.keySet()).noneMatch(name -> name.startsWith("teacher."));
    sizes.forEach(
        (name, size) -> {
          // Attention does not depend on what is added to all keys alike, and the MLP of the
          // fusion ends in zeros.
          if (!name.contains("attn.k.bias")
              && !name.contains("fusion.blocks.0.mlp.0")
              && !name.contains("fusion.blocks.0.norm2")
              && !name.endsWith("attn.key.bias")) {
            assertThat(size).as(name).isPositive();
          }
        });
  }

  @Test
  void unlabelledSamplesTeachTheImitationOnly() {
    StudentModel model = model(GuidanceKind.DISTILLED);
    Map<String, Double> sizes = gradients(model, batch(2, 0, 2));
    assertThat(sizes.get("guidance.codes.weight")).isPositive();
    assertThat(sizes.get("student._backbone.image_encoder.conv1.weight")).isPositive();
    assertThat(sizes.get("student._trajectory_head._mlp.0.weight")).isZero();
    assertThat(sizes.get("student._bev_semantic_head.0.weight")).isZero();
  }

  @Test
  void lossOfAMixedBatchIsThatOfItsLabelledSamples() {
    StudentModel model = model(GuidanceKind.NONE);
    List<StudentSample> samples = samples(3, 3);
    List<StudentSample> mixed =
        List.of(samples.get(0), samples.get(1).withoutTargets(), samples.get(2));
    List<StudentSample> labelled = List.of(samples.get(0), samples.get(2));
    Inference.run(
        () -> {
          Map<String, Float> expected = parts(model, labelled);
          Map<String, Float> found = parts(model, mixed);
          expected.forEach(
              (part, value) ->
                  assertThat(found.get(part))
                      .as(part)
                      .isCloseTo(value, Offset.offset(1e-5f * Math.max(1, Math.abs(value)))));
        });
  }

  @Test
  void distilledModelTakesOverTheWeightsOfTheTeacherGuidedOne() {
    Map<String, Parameter> guided = Weights.of(model(GuidanceKind.TEACHER));
    Map<String, Parameter> distilled = Weights.of(model(GuidanceKind.DISTILLED));
    Set<String> fresh = new HashSet<>(distilled.keySet());
    guided.forEach(
        (name, parameter) -> {
          String ours = StudentModel.nameInDistilled(name);
          assertThat(distilled.get(ours).getShape()).as(name).isEqualTo(parameter.getShape());
          fresh.remove(ours);
        });
    assertThat(fresh).allMatch(name -> name.startsWith("guidance."));
  }

  @Test
  void samplesSurviveTheDisk(@TempDir Path folder) {
    StudentSample sample = samples(1, 1).get(0);
    sample.write(folder.resolve("a.safetensors"));
    StudentSample read = StudentSample.read(folder.resolve("a.safetensors"));
    assertThat(read.token()).isEqualTo(sample.token());
    assertThat(read.inputs().get("camera").toBytes())
        .isEqualTo(sample.inputs().get("camera").toBytes());
    assertThat(read.targets().orElseThrow().get(Student.TRAJECTORY).toFloats())
        .isEqualTo(sample.targets().orElseThrow().get(Student.TRAJECTORY).toFloats());
    sample.withoutTargets().write(folder.resolve("b.safetensors"));
    assertThat(StudentSample.read(folder.resolve("b.safetensors")).targets()).isEmpty();
  }

  @Test
  void publishedDecisionTransformerHasAboutFiftyMillionParameters() {
    Student.TokenSizes sizes = new Transfuser(TransfuserConfig.published()).tokenSizes();
    long count = Weights.count(new DecisionTransformer(sizes, GuidanceConfig.published(64)));
    assertThat(count).isBetween(50_000_000L, 52_000_000L);
  }

  private Map<String, Float> parts(StudentModel model, List<StudentSample> samples) {
    StudentBatch batch = StudentBatch.of(manager, model.student(), samples);
    StudentOutput output = model.predict(pass(false), batch);
    PlannerLoss.Parts loss =
        new DistillationLoss(model.student().loss(), WEIGHTS).of(output, batch);
    Map<String, Float> values = new LinkedHashMap<>();
    values.put("total", loss.total().getFloat());
    loss.parts().forEach((name, value) -> values.put(name, value.getFloat()));
    return values;
  }

  private Map<String, Double> gradients(StudentModel model, StudentBatch batch) {
    DistillationLoss loss = new DistillationLoss(model.student().loss(), WEIGHTS);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      StudentOutput output = model.predict(pass(true), batch);
      collector.backward(loss.of(output, batch).total());
    }
    Map<String, Double> sizes = new LinkedHashMap<>();
    Weights.of(model)
        .forEach(
            (name, parameter) -> {
              if (parameter.requiresGradient()) {
                try (NDArray gradient = parameter.getArray().getGradient();
                    NDArray size = gradient.abs();
                    NDArray sum = size.sum()) {
                  sizes.put(name, (double) sum.getFloat());
                }
              }
            });
    return sizes;
  }

  private StudentModel model(GuidanceKind kind) {
    StudentModel model =
        new StudentModel(new Transfuser(TransfuserConfig.quickstart()), kind, SIZES);
    model.initialize(manager, SEED);
    return model;
  }

  private Pass pass(boolean training) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), training);
  }

  private static NDList inputs(StudentModel model, StudentBatch batch) {
    NDList inputs = new NDList(batch.sensors());
    if (model.kind() == GuidanceKind.TEACHER) {
      inputs.add(batch.teacher().orElseThrow().features());
      inputs.add(batch.teacher().orElseThrow().codeLogits());
    }
    return inputs;
  }

  private StudentBatch batch(int size, int labelled, int taught) {
    Student student = new Transfuser(TransfuserConfig.quickstart());
    GuidanceConfig.Teacher sizes = SIZES.teacher();
    List<StudentExample> examples = new ArrayList<>();
    for (StudentSample sample : samples(size, labelled)) {
      Optional<TeacherSample> teacher =
          examples.size() < taught
              ? Optional.of(
                  new TeacherSample(
                      floats(sizes.tokens(), sizes.channels()),
                      floats(sizes.codePositions(), sizes.codes())))
              : Optional.empty();
      examples.add(new StudentExample(sample, teacher));
    }
    return StudentBatch.ofExamples(manager, student, examples);
  }

  private List<StudentSample> samples(int size, int labelled) {
    Student student = new Transfuser(TransfuserConfig.quickstart());
    List<StudentSample> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Map<String, SampleTensor> inputs = new LinkedHashMap<>();
      inputs.put("camera", bytes(256, student.inputs().get(0)));
      inputs.put("lidar", bytes(6, student.inputs().get(1)));
      inputs.put("status", floats(8));
      Map<String, SampleTensor> targets = new LinkedHashMap<>();
      targets.put(Student.TRAJECTORY, floats(8, 3));
      targets.put(Transfuser.AGENT_STATES, floats(30, 5));
      float[] valid = new float[30];
      valid[0] = 1;
      valid[1] = 1;
      targets.put(Transfuser.AGENT_LABELS, SampleTensor.ofFloats(valid, 30));
      targets.put(Transfuser.BEV_SEMANTIC_MAP, bytes(7, student.targets().get(3)));
      samples.add(
          new StudentSample(
              "scene" + i, inputs, i < labelled ? Optional.of(targets) : Optional.empty()));
    }
    return samples;
  }

  private SampleTensor floats(long... shape) {
    int size = 1;
    for (long s : shape) {
      size *= (int) s;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return SampleTensor.ofFloats(values, shape);
  }

  private SampleTensor bytes(int bound, TensorSpec spec) {
    long[] shape = spec.shape().stream().skip(1).mapToLong(Long::longValue).toArray();
    int size = 1;
    for (long s : shape) {
      size *= (int) s;
    }
    byte[] values = new byte[size];
    for (int i = 0; i < size; i++) {
      values[i] = (byte) random.nextInt(bound);
    }
    return SampleTensor.ofBytes(values, shape);
  }
}
