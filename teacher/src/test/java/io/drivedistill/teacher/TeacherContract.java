package io.drivedistill.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every teacher must keep: extend it and give a teacher and at least three scenes. */
public abstract class TeacherContract {
  private static final float ROUNDING = 1e-3f;

  private NDManager manager;

  /** The teacher. */
  protected abstract Teacher teacher();

  /** Scenes it can answer. */
  protected abstract List<TeacherInput> inputs();

  @BeforeEach
  void openManager() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void shapesAreThoseAnnounced() {
    TeacherOutput output = teacher().infer(manager, inputs());
    TeacherShape shape = teacher().shape();
    assertThat(output.codeLogProbabilities().getShape().getShape())
        .containsExactly(inputs().size(), shape.tokens(), shape.codes());
    assertThat(output.features().getShape().getShape())
        .containsExactly(inputs().size(), shape.features(), shape.channels());
  }

  @Test
  void probabilitiesSumToOne() {
    NDArray sums =
        teacher().infer(manager, inputs()).codeLogProbabilities().exp().sum(new int[] {2});
    for (float sum : sums.toFloatArray()) {
      assertThat(sum).isBetween(1 - ROUNDING, 1 + ROUNDING);
    }
  }

  @Test
  void aSceneGetsTheSameAnswerInAnyCompany() {
    TeacherOutput together = teacher().infer(manager, inputs());
    for (int i = 0; i < inputs().size(); i++) {
      TeacherOutput alone = teacher().infer(manager, inputs().subList(i, i + 1));
      assertClose(alone.features().get(0), together.features().get(i));
      assertClose(alone.codeLogProbabilities().get(0), together.codeLogProbabilities().get(i));
    }
  }

  @Test
  void askedTwiceItSaysTheSame() {
    float[] first = teacher().infer(manager, inputs()).features().toFloatArray();
    assertThat(teacher().infer(manager, inputs()).features().toFloatArray()).isEqualTo(first);
    assertThat(teacher().key()).isEqualTo(teacher().key());
  }

  @Test
  void nothingIsLeftBehind() {
    teacher().infer(manager, inputs());
    int before = manager.getManagedArrays().size();
    TeacherOutput output = teacher().infer(manager, inputs());
    output.features().close();
    output.codeLogProbabilities().close();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(ROUNDING);
  }
}
