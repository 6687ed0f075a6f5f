package io.drivedistill.student;

import java.util.Optional;

/**
 * One scene of a training batch.
 *
 * @param sample what the student sees, and targets if the scene is labelled
 * @param teacher what the teacher said, if it was asked
 */
public record StudentExample(StudentSample sample, Optional<TeacherSample> teacher) {
  /** A scene that no teacher saw. */
  public static StudentExample of(StudentSample sample) {
    return new StudentExample(sample, Optional.empty());
  }
}
