package io.drivedistill.core.pickle;

/**
 * The bytes are not a pickle of the accepted kind. Readers of files turn it into the error a user
 * meets, with the file's name.
 */
public final class PickleException extends Exception {
  private static final long serialVersionUID = 1L;

  /** An exception that says what was expected and what was found. */
  public PickleException(String message) {
    super(message);
  }
}
