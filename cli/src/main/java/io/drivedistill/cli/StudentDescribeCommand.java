package io.drivedistill.cli;

import io.drivedistill.distill.StudentDescription;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Describes one student. */
@Command(
    name = "describe",
    description = {
      "Describe a student: parameters, operations of each part, memory, input and output tensors,",
      "targets, and the nodes that objectives can look at."
    },
    mixinStandardHelpOptions = true)
final class StudentDescribeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "A name that 'student list' shows.")
  private String name;

  @Option(
      names = "--sizes",
      paramLabel = "SIZES",
      description = "One of the sizes that 'student list' shows; its first by default.")
  private Optional<String> sizes;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Say which tensors of this checkpoint (.ckpt, .pth, safetensors) fill it.")
  private Optional<Path> weights;

  @Override
  public Integer call() {
    StudentDescription.of(name, sizes).forEach(spec.commandLine().getOut()::println);
    weights
        .map(file -> StudentDescription.weights(name, sizes, file))
        .ifPresent(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
