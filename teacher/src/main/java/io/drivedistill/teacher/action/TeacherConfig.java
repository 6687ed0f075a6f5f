package io.drivedistill.teacher.action;

import io.drivedistill.nn.training.TrainingPlan;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A teacher and how it learns the codes.
 *
 * @param pretrained Hugging Face folder of a Qwen2.5-VL to start from; else {@code sizes}
 * @param sizes of a network that starts from random weights; else {@code pretrained}
 * @param view what it is shown
 * @param codes size of the codebook
 * @param positions codes of a scene
 * @param visualBands vertical bands into which each clip's visual states are pooled for students
 * @param training how it is trained
 * @param variant in what it differs from the plain teacher
 */
public record TeacherConfig(
    Optional<Path> pretrained,
    Optional<QwenSizes> sizes,
    TeacherView view,
    int codes,
    int positions,
    int visualBands,
    TrainingPlan training,
    Optional<TeacherVariant> variant) {
  /** Checks that there is one place to start from. */
  public TeacherConfig {
    if (pretrained.isPresent() == sizes.isPresent()) {
      throw new IllegalArgumentException(
          "A teacher needs either 'pretrained' or 'sizes', found "
              + (sizes.isPresent() ? "both" : "neither"));
    }
    if (sizes.isPresent() && variant.isPresent() && variant.get().precision().isPresent()) {
      throw new IllegalArgumentException("'precision' is for pretrained weights, not for 'sizes'");
    }
    if (codes < 2 || positions < 1 || visualBands < 1) {
      throw new IllegalArgumentException(
          "A teacher needs 2 codes, 1 position and 1 visual band at least, found "
              + codes
              + ", "
              + positions
              + " and "
              + visualBands);
    }
  }

  TeacherVariant differences() {
    return variant.orElse(TeacherVariant.PLAIN);
  }
}
