package io.drivedistill.nn.parity;

import ai.djl.ndarray.NDManager;

/**
 * A kind of fixture: knows which model {@code config.json} means, builds it by the classes that
 * production uses, runs it and compares. One small class per kind, in the room of its model; {@code
 * distill} lists them.
 */
public interface ParityFamily {
  /** What the family holds, for the user. */
  String name();

  /**
   * Whether fixtures of this kind are of this family.
   *
   * @param model what {@code config.json} calls its model
   */
  boolean reads(String model);

  /**
   * Runs the model and compares everything it computes; {@link ParityFixture#finish} then finds
   * what was left out.
   *
   * @param manager owns everything computed
   * @throws io.drivedistill.core.DriveDistillException if an option or a file does not fit
   */
  void run(ParityFixture fixture, NDManager manager);
}
