package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Safetensors;
import io.drivedistill.export.ModelCard;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with a published checkpoint: planned with, scored, exported, timed. */
final class StudentCommandTest {
  private static final String KIND = "transfuser";
  private static final String PREFIX = "agent._transfuser_model.";

  @TempDir private static Path data;
  private static Path weights;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void writeTownAndCheckpoint() {
    SynthSpec spec = SynthSpec.of("mini", 2, 4).withTowns(1, 16).withImages(64, 36);
    SyntheticDataset.write(List.of(spec), data, 1, Progress.silent());
    weights = data.resolve("published.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      Student planner = StudentChoice.named(KIND, "quickstart").create();
      planner.initialize(manager, 3);
      Safetensors.write(
          weights, WeightsFile.sources(PREFIX, WeightsFile.arrays(planner)), Map.of());
    }
  }

  @Test
  void aPublishedCheckpointPlansASplitThatCanBeScored() {
    Path plans = folder.resolve("plans.jsonl");
    assertThat(student("plan", "--data", data, "--split", "mini", "--out", plans))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains(" tensors loaded, 0 of the file passed over");
    assertThat(out.toString()).contains("2 scenes of split 'mini' planned: " + plans);
    Path table = folder.resolve("scores.csv");
    assertThat(
            run(
                "score",
                "--data",
                data,
                "--split",
                "mini",
                "--trajectories",
                plans,
                "--out",
                table))
        .as(err.toString())
        .isZero();
    assertThat(table).content().contains(KIND);
  }

  @Test
  void itIsExportedWithItsOriginAndTimed() {
    Path model = folder.resolve("model");
    assertThat(student("export", "--out", model)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("Exported " + model.resolve("student.onnx"));
    ModelCard card = ModelCard.read(model);
    assertThat(card.provenance())
        .containsEntry("weights", "published.safetensors")
        .containsEntry("weights SHA-256", ContentKey.ofFile(weights).hex());
    assertThat(card.parity().largestRelative()).isLessThan(1e-4);
    assertThat(card.scores()).isEmpty();
    assertThat(run("bench", model, "--runs", "2", "--warm-up", "0", "--rate", "50"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("camera to trajectory, back to back");
  }

  @Test
  void otherPrecisionsAreCalibratedAndDrivenOnScenes() {
    Path model = folder.resolve("model");
    String[] formats = {"--precisions", "INT8,fp16", "--runs", "2"};
    assertThat(student("export", "--out", model, formats[0], formats[1])).isEqualTo(2);
    assertThat(err.toString()).contains("calibrated on scenes").contains("--data DIR");
    assertThat(model).doesNotExist();
    Object[] options = {
      "--out",
      model,
      formats[0],
      formats[1],
      formats[2],
      formats[3],
      "--data",
      data,
      "--split",
      "mini"
    };
    assertThat(student("export", options)).as(err.toString()).isZero();
    ModelCard card = ModelCard.read(model);
    assertThat(card.precisions())
        .extracting(ModelCard.PrecisionResult::file)
        .containsExactly("student.onnx", "student-fp16.onnx", "student-int8.onnx");
    assertThat(card.precisions())
        .allSatisfy(
            result -> {
              assertThat(model.resolve(result.file())).isRegularFile();
              assertThat(result.scenes()).isEqualTo(2);
              assertThat(result.score().orElseThrow()).isBetween(0.0, 1.0);
            });
    assertThat(card.provenance().get("calibration")).contains("seen on 2 scenes on mini");
    assertThat(card.scores()).containsOnlyKeys("pdms-v1.1 on mini: score");

    assertThat(student("export", "--out", model, "--precisions", "FP16", "--runs", "1"))
        .as(err.toString())
        .isZero();
    assertThat(ModelCard.read(model).precisions().get(1).largestRelative()).isBetween(1e-6, 0.1);
    assertThat(model.resolve("student-int8.onnx")).doesNotExist();
  }

  @Test
  void anExportDeletesNoFilesOfOthers() throws IOException {
    Path own = Files.writeString(folder.resolve("thesis.txt"), "years");
    assertThat(student("export", "--out", folder)).isEqualTo(Failures.RUN_FAILED);
    assertThat(err.toString())
        .contains("no folder of an exported model alone: it holds ")
        .contains("Maybe");
    assertThat(own).exists();
  }

  @Test
  void wrongWordsAreAnsweredWithTheRightOnes() {
    Path plans = folder.resolve("plans.jsonl");
    assertThat(
            run(
                "student",
                "plan",
                KIND,
                "--sizes",
                "quikstart",
                "--weights",
                weights,
                "--data",
                data,
                "--split",
                "mini",
                "--out",
                plans))
        .isEqualTo(Failures.WRONG_USAGE);
    assertThat(err.toString()).contains("Maybe you meant 'quickstart'.");
    assertThat(student("plan", "--data", data, "--split", "mimi", "--out", plans))
        .isEqualTo(Failures.RUN_FAILED);
    assertThat(err.toString()).contains("present: [mini]");
    assertThat(plans).doesNotExist();
    assertThat(student("plan", "--data", data, "--split", "mini", "--out", folder))
        .isEqualTo(Failures.WRONG_USAGE);
    assertThat(err.toString()).contains("--out is a folder");
  }

  private int student(String command, Object... options) {
    List<Object> words =
        new ArrayList<>(
            List.of("student", command, KIND, "--sizes", "quickstart", "--weights", weights));
    words.addAll(List.of(options));
    return run(words.toArray());
  }

  private int run(Object... words) {
    String[] arguments = Arrays.stream(words).map(Object::toString).toArray(String[]::new);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
