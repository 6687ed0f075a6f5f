package io.drivedistill.cli;

import io.drivedistill.core.Progress;
import io.drivedistill.core.Provenance;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Exit codes: 0 for success, 1 for a run that failed, 2 for wrong usage or a
 * config that cannot be used.
 */
@Command(
    name = "drivedistill",
    description = "Distils vision-language driving teachers into compact students.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    subcommands = {
      BenchCommand.class,
      CompareCommand.class,
      DataCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      ExportCommand.class,
      LatentActionCommand.class,
      ReportCommand.class,
      RunCommand.class,
      ScoreCommand.class,
      StudentCommand.class,
      SubmissionCommand.class,
      TeacherCommand.class,
      VerifyCommand.class
    })
public final class Main {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean verbose;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /** Runs one command and returns its exit code; for tests. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    Failures failures = new Failures(err, () -> main.verbose);
    commandLine.setOut(out);
    commandLine.setErr(err);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(failures);
    commandLine.setExecutionExceptionHandler(failures);
    commandLine.setExecutionStrategy(
        parsed -> {
          try {
            return new CommandLine.RunLast().execute(parsed);
          } catch (LinkageError | StackOverflowError | OutOfMemoryError e) {
            return failures.report(e);
          }
        });
    return commandLine.execute(arguments);
  }

  /**
   * Where commands show progress. The launcher says whether standard error is a terminal, as Java
   * cannot tell it apart from standard output.
   */
  static Progress.Display progress() {
    return Progress.console(Boolean.getBoolean("drivedistill.terminal"));
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"DriveDistill " + Provenance.currentToolVersion()};
    }
  }
}
