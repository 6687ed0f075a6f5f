package io.drivedistill.distill;

import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.teacher.action.QwenSizes;
import io.drivedistill.teacher.action.TeacherConfig;
import io.drivedistill.teacher.action.TeacherVariant;
import io.drivedistill.teacher.action.TeacherView;
import io.drivedistill.teacher.cache.Compression;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The teacher: the Qwen2.5-VL architecture, trained on codes, then frozen.
 *
 * @param pretrained folder of published Qwen2.5-VL weights to start from; else {@code sizes}
 * @param sizes of a network that starts from random weights; else {@code pretrained}
 * @param view what it is shown
 * @param visualBands vertical bands into which each clip's visual states are pooled for students
 * @param training how it learns the codes
 * @param compression of the features kept for students; else none
 * @param variant adapters, precision, way of answering, squeezed positions; else the plain teacher
 */
public record TeacherSettings(
    Optional<Path> pretrained,
    Optional<QwenSizes> sizes,
    TeacherView view,
    int visualBands,
    TrainingPlan training,
    Optional<Compression> compression,
    Optional<TeacherVariant> variant) {

  /** The teacher of an experiment. */
  TeacherConfig config(int codes, int positions) {
    return new TeacherConfig(
        pretrained, sizes, view, codes, positions, visualBands, training, variant);
  }
}
