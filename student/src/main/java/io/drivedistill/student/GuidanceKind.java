package io.drivedistill.student;

/** Where a student's guidance comes from. */
public enum GuidanceKind {
  /** From nowhere: the baseline. */
  NONE,
  /** From a teacher that runs beside the student, or from its recorded features. */
  TEACHER,
  /** From a small transformer inside the student that learnt to stand in for the teacher. */
  DISTILLED
}
