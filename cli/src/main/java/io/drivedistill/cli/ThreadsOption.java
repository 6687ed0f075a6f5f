package io.drivedistill.cli;

import io.drivedistill.core.Parallel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many processors a command uses at once. */
final class ThreadsOption {
  /** More take their memory and gain nothing. */
  private static final int MOST = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--threads", paramLabel = "N", description = "Threads; default: all processors.")
  private int threads = Parallel.processors();

  /**
   * The number.
   *
   * @throws ParameterException if there cannot be so many
   */
  int count() {
    if (threads < 1 || threads > MOST) {
      throw new ParameterException(
          spec.commandLine(), "--threads is " + threads + ", expected 1 to " + MOST);
    }
    return threads;
  }
}
