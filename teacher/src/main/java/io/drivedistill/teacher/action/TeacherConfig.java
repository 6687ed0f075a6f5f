package io.drivedistill.teacher.action;

import io.drivedistill.nn.training.TrainingPlan;

/**
 * A teacher that is trained from scratch on codes.
 *
 * @param sizes of the network
 * @param view what it is shown
 * @param codes size of the codebook
 * @param positions codes of a scene
 * @param visualBands vertical bands into which each clip's visual states are pooled for students
 * @param training how it is trained
 */
public record TeacherConfig(
    QwenSizes sizes,
    TeacherView view,
    int codes,
    int positions,
    int visualBands,
    TrainingPlan training) {}
