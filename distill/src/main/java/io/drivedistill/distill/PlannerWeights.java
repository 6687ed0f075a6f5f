package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.TensorFile;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentKind;
import io.drivedistill.student.StudentModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Weights of a whole planner in either of two layouts: as its authors published it, or as a run
 * trained it without a teacher.
 */
final class PlannerWeights {
  private PlannerWeights() {}

  /**
   * A checkpoint of a planner.
   *
   * @param file safetensors or a PyTorch checkpoint; no code in it is ever run
   * @throws DriveDistillException if there is no such file, it is damaged, or holds a student that
   *     has more than the planner
   */
  static WeightsFile of(StudentKind<?> kind, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DriveDistillException(
          "There is no checkpoint " + file.toAbsolutePath(),
          Files.exists(file)
              ? "Maybe name the file in this folder."
              : "Maybe the path is misspelt.");
    }
    String trained;
    try (TensorFile tensors = TensorFile.open(file)) {
      trained = tensors.metadata().get(StudentTraining.KIND);
    }
    if (trained == null) {
      return kind.weights(file);
    }
    if (!trained.equals(GuidanceKind.NONE.name())) {
      throw new DriveDistillException(
          file.toAbsolutePath()
              + " holds a "
              + trained.toLowerCase(Locale.ROOT)
              + " student of a run: a planner with the guidance it drives with; a planner alone was"
              + " expected",
          "Maybe take student-baseline/student.safetensors of that run; 'drivedistill export' with"
              + " the run's config exports its distilled student.");
    }
    return WeightsFile.at(file).withoutPrefix(StudentModel.STUDENT);
  }
}
