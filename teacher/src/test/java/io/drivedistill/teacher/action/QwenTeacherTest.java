package io.drivedistill.teacher.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.teacher.Teacher;
import io.drivedistill.teacher.TeacherContract;
import io.drivedistill.teacher.TeacherInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QwenTeacherTest extends TeacherContract {
  private static final SplittableRandom RANDOM = new SplittableRandom(7);
  private static final List<TeacherInput> INPUTS =
      IntStream.range(0, 3).mapToObj(i -> SmallTeachers.scene(RANDOM, "scene" + i)).toList();

  private static QwenTeacher teacher;
  @TempDir private Path folder;

  @BeforeAll
  static void make() {
    teacher = QwenTeacher.untrained(SmallTeachers.config(1), 5);
  }

  @AfterAll
  static void close() {
    teacher.close();
  }

  @Override
  protected Teacher teacher() {
    return teacher;
  }

  @Override
  protected List<TeacherInput> inputs() {
    return INPUTS;
  }

  @Test
  void savedAndLoadedItIsTheSame() {
    teacher.save(folder);
    try (QwenTeacher loaded = QwenTeacher.load(folder);
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(loaded.key()).isEqualTo(teacher.key());
      assertThat(loaded.config()).isEqualTo(teacher.config());
      assertThat(loaded.infer(manager, INPUTS).features().toFloatArray())
          .isEqualTo(teacher.infer(manager, INPUTS).features().toFloatArray());
    }
  }

  @Test
  void otherWeightsAreAnotherTeacher() {
    try (QwenTeacher other = QwenTeacher.untrained(SmallTeachers.config(1), 6)) {
      assertThat(other.key()).isNotEqualTo(teacher.key());
    }
  }

  @Test
  void promptsOfDifferentLengthsShareABatch() {
    TeacherInput full = INPUTS.get(0);
    TeacherInput brief =
        new TeacherInput("brief", full.clips(), full.motions().subList(1, 2), full.command());
    try (NDManager manager = NDManager.newBaseManager()) {
      var together = teacher.infer(manager, List.of(full, brief));
      var alone = teacher.infer(manager, List.of(brief));
      assertThat(together.features().get(1).sub(alone.features().get(0)).abs().max().getFloat())
          .isLessThan(1e-4f);
    }
  }

  @Test
  void missingCheckpointsAreNamed() {
    TeacherConfig small = SmallTeachers.config(1);
    TeacherConfig pretrained =
        new TeacherConfig(
            Optional.of(folder),
            Optional.empty(),
            small.view(),
            16,
            12,
            2,
            small.training(),
            Optional.empty());
    assertThatThrownBy(() -> QwenTeacher.untrained(pretrained, 1))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("config.json, tokenizer.json, model.safetensors")
        .hasMessageContaining(folder.toString());
  }
}
