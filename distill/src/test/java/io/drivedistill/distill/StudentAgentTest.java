package io.drivedistill.distill;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.student.StudentChoice;
import io.drivedistill.student.StudentModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentAgentTest {
  /** A pass of the published iPad keeps 2 GiB for each of its scenes. */
  @ParameterizedTest
  @CsvSource({
    "transfuser, quickstart, 32",
    "ipad, quickstart, 32",
    "transfuser, published, 4",
    "ipad, published, 1"
  })
  void aPassTakesFewerScenesOfLargePictures(String kind, String sizes, int scenes) {
    StudentModel model = StudentModel.baseline(StudentChoice.named(kind, sizes).create());
    assertThat(StudentAgent.scenesAtOnce(model)).isEqualTo(scenes);
  }
}
