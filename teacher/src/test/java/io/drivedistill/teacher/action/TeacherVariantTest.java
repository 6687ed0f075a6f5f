package io.drivedistill.teacher.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.TeacherOutput;
import io.drivedistill.teacher.prompt.EncodedScene;
import io.drivedistill.teacher.qwen.LoraAdapter;
import io.drivedistill.teacher.qwen.WeightPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherVariantTest {
  private static final LoraAdapter LORA =
      new LoraAdapter(4, 8, false, List.of("q_proj", "v_proj", "down_proj"));
  private static final TeacherVariant ADAPTED =
      new TeacherVariant(Optional.of(LORA), Optional.empty(), Optional.empty(), Optional.empty());
  private static final TeacherVariant WRITING =
      new TeacherVariant(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(TeacherVariant.Answering.AUTOREGRESSIVE));

  @TempDir private Path folder;

  private final Map<String, int[]> codes = new HashMap<>();

  private List<EncodedScene> scenes(QwenTeacher teacher, int count) {
    SplittableRandom random = new SplittableRandom(5);
    List<EncodedScene> scenes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TeacherInput input = SmallTeachers.scene(random, "scene" + i);
      codes.put(input.token(), SmallTeachers.codes(input));
      if (i % 2 == 1) {
        // A shorter prompt, so that the batch is padded.
        input =
            new TeacherInput(
                input.token(), input.clips(), input.motions().subList(1, 2), input.command());
      }
      scenes.add(teacher.encoder().encode(input));
    }
    return scenes;
  }

  @Test
  void onlyAdaptersLearnAndTheyAreSavedAsPeftDoes() throws Exception {
    TeacherConfig config = SmallTeachers.config(4, Optional.of(ADAPTED));
    try (QwenTeacher teacher = QwenTeacher.untrained(config, 2)) {
      Map<String, float[]> before = values(teacher);
      List<EncodedScene> scenes = scenes(teacher, 16);
      new TeacherTraining(teacher, scenes, codes::get, 2).run(folder.resolve("run"), step -> {});
      values(teacher)
          .forEach(
              (name, after) -> {
                if (name.contains("lora_B")) {
                  assertThat(after).as(name).isNotEqualTo(before.get(name));
                } else if (!name.contains("lora_")) {
                  assertThat(after).as(name).isEqualTo(before.get(name));
                }
              });
      Path saved = folder.resolve("saved");
      teacher.save(saved);
      assertThat(Files.readString(saved.resolve("adapter/adapter_config.json")))
          .contains("\"peft_type\"", "\"q_proj\"", "\"lora_alpha\"");
      assertThat(saved.resolve("adapter/adapter_model.safetensors")).isRegularFile();
      try (QwenTeacher again = QwenTeacher.load(saved);
          NDManager manager = NDManager.newBaseManager()) {
        assertThat(again.key()).isEqualTo(teacher.key());
        TeacherOutput first = teacher.inferEncoded(manager, scenes.subList(0, 4));
        TeacherOutput second = again.inferEncoded(manager, scenes.subList(0, 4));
        assertThat(second.codeLogProbabilities().toFloatArray())
            .isEqualTo(first.codeLogProbabilities().toFloatArray());
      }
    }
  }

  private static Map<String, float[]> values(QwenTeacher teacher) {
    Map<String, float[]> values = new HashMap<>();
    WeightsFile.arrays(teacher.model())
        .forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  @Test
  void codesWrittenWithACacheEqualCodesThatWereTold() {
    TeacherConfig config = SmallTeachers.config(4, Optional.of(WRITING));
    try (QwenTeacher teacher = QwenTeacher.untrained(config, 3);
        NDManager manager = NDManager.newBaseManager()) {
      List<EncodedScene> scenes = scenes(teacher, 6);
      new TeacherTraining(teacher, scenes, codes::get, 3).run(folder, step -> {});
      Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
      Inference.run(
          () -> {
            CodePredictor predictor = teacher.predictor();
            CodePredictor.Reading written = predictor.written(pass, manager, scenes);
            long[] chosen = written.codeScores().argMax(2).toLongArray();
            List<int[]> told = new ArrayList<>();
            for (int b = 0; b < scenes.size(); b++) {
              int[] row = new int[12];
              for (int i = 0; i < row.length; i++) {
                row[i] = (int) chosen[b * row.length + i];
              }
              told.add(row);
            }
            CodePredictor.Reading forced = predictor.told(pass, manager, scenes, told);
            assertThat(difference(written.codeScores(), forced.codeScores())).isLessThan(1e-4f);
            assertThat(difference(predictor.features(written), predictor.features(forced)))
                .isLessThan(1e-4f);
            told.get(0)[0] = (told.get(0)[0] + 1) % 16;
            CodePredictor.Reading other = predictor.told(pass, manager, scenes, told);
            assertThat(difference(written.codeScores(), other.codeScores())).isGreaterThan(1e-4f);
          });
    }
  }

  private static float difference(NDArray a, NDArray b) {
    return a.sub(b).abs().max().getFloat();
  }

  @Test
  void weightsThatCannotBeTrainedNeedAdapters() {
    assertThatThrownBy(
            () ->
                new TeacherVariant(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(WeightPrecision.BFLOAT16),
                    Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lora");
  }
}
