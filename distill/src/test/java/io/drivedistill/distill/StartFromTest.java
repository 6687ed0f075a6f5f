package io.drivedistill.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Progress;
import io.drivedistill.core.RunDirectory;
import io.drivedistill.core.Safetensors;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.distill.ExperimentRun.Goal;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartFromTest {
  private static final String PREFIX = "agent._transfuser_model.";
  private static final String BEFORE = "  guidance:\n";
  private static final GuidanceConfig.Teacher TEACHER = new GuidanceConfig.Teacher(6, 96, 3, 16);

  @TempDir private Path folder;

  /** The quick start's experiment with other lines in its student. */
  private Experiment experiment(String lines) throws IOException {
    return experiment("quickstart.yaml", lines);
  }

  private Experiment experiment(String name, String lines) throws IOException {
    String text = Files.readString(Path.of("..", "configs", name));
    assertThat(text).contains(BEFORE);
    Path config = folder.resolve("experiment.yaml");
    Files.writeString(
        config, text.replace(BEFORE, lines + BEFORE).replace("../runs/quickstart", "run"));
    return Experiment.read(config);
  }

  /** Random weights in the published names; without those that end in {@code without}. */
  private Path published(Student planner, String without) {
    Map<String, Safetensors.Source> tensors =
        new LinkedHashMap<>(WeightsFile.sources(PREFIX, WeightsFile.arrays(planner)));
    tensors.keySet().removeIf(name -> name.endsWith(without));
    Path file = folder.resolve("published.safetensors");
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  private static NDArray plan(NDManager manager, StudentModel model) {
    SplittableRandom random = new SplittableRandom(3);
    NDList inputs = new NDList();
    for (TensorSpec spec : model.inputs()) {
      long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      shape[0] = 2;
      float[] values = new float[Math.toIntExact(new Shape(shape).size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(256);
      }
      NDArray numbers = Constants.of(manager, values, shape);
      inputs.add(spec.dtype() == Dtype.U8 ? numbers.toType(DataType.UINT8, false) : numbers);
    }
    return Inference.run(() -> model.forward(new ParameterStore(manager, false), inputs, false))
        .head();
  }

  @Test
  void theBaselineAndTheGuidedStudentBeginByPlanningAsTheCheckpointPlans() throws IOException {
    Experiment experiment = experiment("  startFrom: published.safetensors\n");
    List<String> told = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager();
        RunDirectory directory = RunDirectory.open(folder.resolve("run"))) {
      StudentModel planner = StudentModel.baseline(experiment.student().choice().create());
      planner.initialize(manager, experiment.seed() + 1);
      published(planner.student(), "nothing");
      NDArray expected = plan(manager, planner);

      RunContext context = new RunContext(experiment, directory, Progress.silent(), told::add);
      AnchorStages anchors = AnchorStages.run(context, null, null, null);
      StudentStage students = new StudentStage(context, TEACHER, anchors);
      StudentModel baseline =
          StudentStage.withoutTeacher(context, anchors)
              .untrained(GuidanceKind.NONE, Optional.empty(), manager);
      StudentModel guided = students.untrained(GuidanceKind.TEACHER, Optional.empty(), manager);

      assertThat(plan(manager, baseline)).isEqualTo(expected);
      assertThat(plan(manager, guided)).isEqualTo(expected);
      assertThat(told)
          .hasSize(2)
          .allMatch(line -> line.startsWith("The planner starts from "))
          .allMatch(line -> line.contains("published.safetensors: "))
          .allMatch(line -> line.endsWith(" tensors loaded, 0 of the file passed over"));
    }
  }

  @Test
  void aBaselineOfARunIsAStartToo() throws IOException {
    Experiment experiment = experiment("  startFrom: student.safetensors\n");
    try (NDManager manager = NDManager.newBaseManager()) {
      StudentModel trained = StudentModel.baseline(experiment.student().choice().create());
      trained.initialize(manager, 5);
      Path file = folder.resolve("student.safetensors");
      WeightsFile.save(trained, file, Map.of(StudentTraining.KIND, trained.kind().name()));
      StudentModel model = StudentModel.baseline(experiment.student().choice().create());
      model.initialize(manager, 6);
      StartingWeights.load(experiment.student(), model.student(), manager);
      assertThat(plan(manager, model)).isEqualTo(plan(manager, trained));

      WeightsFile.save(trained, file, Map.of(StudentTraining.KIND, "DISTILLED"));
      assertThatThrownBy(() -> StartingWeights.check(experiment.student()))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("distilled student")
          .hasMessageContaining("Maybe ");
    }
  }

  @Test
  void ipadStartsFromItsOwnLayout() throws IOException {
    Experiment experiment =
        experiment("quickstart-ipad.yaml", "  startFrom: published.safetensors\n");
    try (NDManager manager = NDManager.newBaseManager()) {
      Student trained = experiment.student().choice().create();
      trained.initialize(manager, 5);
      Path file = folder.resolve("published.safetensors");
      Safetensors.write(
          file, WeightsFile.sources("agent._pad_model.", WeightsFile.arrays(trained)), Map.of());
      Student planner = experiment.student().choice().create();
      planner.initialize(manager, 6);
      StartingWeights.load(experiment.student(), planner, manager);
      Map<String, NDArray> expected = WeightsFile.arrays(trained);
      WeightsFile.arrays(planner)
          .forEach((name, array) -> assertThat(array).as(name).isEqualTo(expected.get(name)));
    }
  }

  @Test
  void whatDoesNotFitIsListedBeforeAnyDataIsMade() throws IOException {
    Experiment experiment = experiment("  startFrom: published.safetensors\n");
    try (NDManager manager = NDManager.newBaseManager()) {
      Student planner = experiment.student().choice().create();
      planner.initialize(manager, 1);
      published(planner, "_bev_downscale.bias");
    }
    assertThatThrownBy(
            () -> ExperimentRun.execute(experiment, Goal.REPORT, Progress.silent(), line -> {}))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("1 missing in the file")
        .hasMessageContaining("_bev_downscale.bias")
        .hasMessageContaining("published.safetensors");
    assertThat(experiment.folder()).doesNotExist();
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Experiment experiment = experiment("  startFrom: epoch.ckpt\n");
    assertThatThrownBy(
            () -> ExperimentRun.execute(experiment, Goal.REPORT, Progress.silent(), line -> {}))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("student.startFrom")
        .hasMessageContaining(folder.resolve("epoch.ckpt").toString());
    assertThat(experiment.folder()).doesNotExist();
  }

  @Test
  void anotherHeadOrEncoderBesideItIsRefused() {
    String start = "  startFrom: epoch.ckpt\n";
    assertThatThrownBy(() -> experiment(start + "  head: {flow: {proposals: 4, steps: 2}}\n"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("startFrom")
        .hasMessageContaining("head");
    assertThatThrownBy(() -> experiment(start + "  imageEncoder: resnet34.pth\n"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("imageEncoder");
  }

  @Test
  void experimentsWithoutItKeepTheirKeys() throws IOException {
    assertThat(JsonFiles.text(experiment("").student())).doesNotContain("startFrom");
  }
}
