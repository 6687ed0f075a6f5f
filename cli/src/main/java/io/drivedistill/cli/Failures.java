package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever a command throws into a message a user can act on. */
final class Failures
    implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
  static final int RUN_FAILED = 1;
  static final int WRONG_USAGE = 2;

  private final PrintWriter err;
  private final BooleanSupplier verbose;

  Failures(PrintWriter err, BooleanSupplier verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  /** Reads a config; one that cannot be used is wrong usage, for the run has not begun. */
  static <T> T wrongUsage(CommandLine command, Supplier<T> config) {
    try {
      return config.get();
    } catch (DriveDistillException e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    err.println(e.getMessage());
    if (!(e.getCause() instanceof DriveDistillException)) {
      if (!UnmatchedArgumentException.printSuggestions(e, err)) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println("Maybe see '" + command + " --help'.");
      }
    } else if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    return WRONG_USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return e instanceof ParameterException wrong
        ? handleParseException(wrong, new String[0])
        : report(e);
  }

  /** Reports a failure and returns the exit code. */
  int report(Throwable e) {
    if (e instanceof DriveDistillException) {
      err.println(e.getMessage());
      if (verbose.getAsBoolean()) {
        e.printStackTrace(err);
      }
    } else {
      err.println("Unexpected error: " + e);
      if (e instanceof OutOfMemoryError) {
        err.println("Maybe give Java more memory: DRIVEDISTILL_JAVA_OPTS=-Xmx4g");
      }
      if (verbose.getAsBoolean()) {
        e.printStackTrace(err);
      } else {
        err.println("Maybe this is a mistake of DriveDistill; " + keepTrace(e));
      }
    }
    return RUN_FAILED;
  }

  private static String keepTrace(Throwable e) {
    try {
      Path log = Files.createTempFile("drivedistill-", ".log");
      try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(log))) {
        e.printStackTrace(writer);
      }
      return "its details are in " + log;
    } catch (IOException cannotWrite) {
      return "run the command again with --verbose for its details";
    }
  }
}
