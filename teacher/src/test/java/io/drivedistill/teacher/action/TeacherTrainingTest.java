package io.drivedistill.teacher.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.prompt.EncodedScene;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherTrainingTest {
  private static final long SEED = 11;

  @TempDir private Path folder;

  @Test
  void learnsCodesFromPicturesAndWords() {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, int[]> codes = new HashMap<>();
    try (QwenTeacher teacher = QwenTeacher.untrained(SmallTeachers.config(150), SEED)) {
      List<EncodedScene> learnt = scenes(teacher, random, 256, "learnt", codes);
      List<EncodedScene> heldOut = scenes(teacher, random, 64, "heldOut", codes);
      TeacherEvaluation before = TeacherEvaluation.of(teacher, heldOut, codes::get, 32);
      new TeacherTraining(teacher, learnt, codes::get, 3).run(folder, report -> {});
      TeacherEvaluation after = TeacherEvaluation.of(teacher, heldOut, codes::get, 32);
      assertThat(before.accuracy()).as("seed %d", SEED).isLessThan(0.35);
      assertThat(after.accuracy()).as("seed %d", SEED).isGreaterThan(0.9);
      assertThat(after.logLoss()).isLessThan(after.entropy() / 2);
      assertThat(after.majorityAccuracy()).isBetween(0.1, 0.5);
    }
  }

  private static List<EncodedScene> scenes(
      QwenTeacher teacher,
      SplittableRandom random,
      int count,
      String name,
      Map<String, int[]> codes) {
    List<EncodedScene> scenes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TeacherInput input = SmallTeachers.scene(random, name + i);
      codes.put(input.token(), SmallTeachers.codes(input));
      scenes.add(teacher.encoder().encode(input));
    }
    return scenes;
  }
}
