package io.drivedistill.cli;

import io.drivedistill.distill.StudentDescription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the students that experiments can name. */
@Command(
    name = "list",
    description = "List the students that experiments can name, those of other jars included.",
    mixinStandardHelpOptions = true)
final class StudentListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    StudentDescription.list().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
