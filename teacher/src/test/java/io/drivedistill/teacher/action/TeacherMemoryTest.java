package io.drivedistill.teacher.action;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.prompt.EncodedScene;
import io.drivedistill.teacher.qwen.LoraAdapter;
import java.io.IOException;
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

/** Training steps must leave no arrays behind, neither of all weights nor of adapters alone. */
class TeacherMemoryTest {
  private static final int STEPS = 200;
  private static final int SETTLED = 20;
  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir private Path folder;

  @Test
  void twoHundredStepsOfAllWeightsLeaveNothing() throws IOException {
    leavesNothing(Optional.empty());
  }

  @Test
  void twoHundredStepsOfAdaptersLeaveNothing() throws IOException {
    LoraAdapter lora = new LoraAdapter(4, 8, false, List.of("q_proj", "v_proj", "down_proj"));
    leavesNothing(
        Optional.of(
            new TeacherVariant(
                Optional.of(lora), Optional.empty(), Optional.empty(), Optional.empty())));
  }

  private void leavesNothing(Optional<TeacherVariant> variant) throws IOException {
    TeacherConfig small = SmallTeachers.config(STEPS, variant);
    TeacherConfig config =
        new TeacherConfig(
            small.pretrained(),
            small.sizes(),
            small.view(),
            small.codes(),
            small.positions(),
            small.visualBands(),
            new TrainingPlan(STEPS, 2, 4e-3, 0.01, 0, 1, 0, 0),
            variant);
    try (QwenTeacher teacher = QwenTeacher.untrained(config, 2)) {
      SplittableRandom random = new SplittableRandom(5);
      Map<String, int[]> codes = new HashMap<>();
      List<EncodedScene> scenes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        TeacherInput input = SmallTeachers.scene(random, "scene" + i);
        codes.put(input.token(), SmallTeachers.codes(input));
        scenes.add(teacher.encoder().encode(input));
      }
      NDManager weights =
          WeightsFile.arrays(teacher.model()).values().iterator().next().getManager();
      int[] arrays = new int[STEPS];
      long[] kilobytes = new long[STEPS];
      new TeacherTraining(teacher, scenes, codes::get, 2)
          .run(
              folder,
              report -> {
                int step = (int) report.step();
                arrays[step] = ((BaseNDManager) weights).getManagedArrays().size();
                kilobytes[step] = ownKilobytes();
              });
      System.out.printf(
          "Own memory of the process: %d KiB after step %d, %d KiB after step %d%n",
          kilobytes[SETTLED], SETTLED, kilobytes[STEPS - 1], STEPS - 1);
      assertThat(arrays[STEPS - 1]).isEqualTo(arrays[SETTLED]).isPositive();
    }
  }

  /** Resident memory of the process without mapped files, Java heap included; 0 if unknown. */
  private static long ownKilobytes() {
    try {
      return Files.exists(STATUS)
          ? Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith("RssAnon:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .findFirst()
              .orElse(0)
          : 0;
    } catch (IOException e) {
      throw new IllegalStateException("The system's own file can be read", e);
    }
  }
}
