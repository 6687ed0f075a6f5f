package io.drivedistill.core;

/**
 * The one error type a user meets. Its message says what was expected, what was found and where;
 * its last line begins with "Maybe" and says what to do.
 */
public final class DriveDistillException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param problem what was expected, what was found, and in which file or field
   * @param advice what to do, starting with "Maybe"
   */
  public DriveDistillException(String problem, String advice) {
    this(problem, advice, null);
  }

  /**
   * @param problem what was expected, what was found, and in which file or field
   * @param advice what to do, starting with "Maybe"
   * @param cause the technical cause, or null
   */
  public DriveDistillException(String problem, String advice, Throwable cause) {
    super(problem + System.lineSeparator() + requireMaybe(advice), cause);
  }

  private static String requireMaybe(String advice) {
    if (!advice.startsWith("Maybe ")) {
      throw new IllegalArgumentException("The advice must start with \"Maybe \": " + advice);
    }
    return advice;
  }
}
