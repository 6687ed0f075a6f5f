package io.drivedistill.cli;

import io.drivedistill.distill.PublishedPlanner;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.student.StudentChoice;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which planner a command works with, trained elsewhere. */
final class PlannerOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "A name that 'student list' shows.")
  private String name;

  @Option(
      names = "--sizes",
      required = true,
      paramLabel = "SIZES",
      description = "One of the sizes that 'student list' shows.")
  private String sizes;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = {
        "The planner's checkpoint (.ckpt, .pth, safetensors) as its authors published it,",
        "or student-baseline/student.safetensors of a run."
      })
  private Path weights;

  @Mixin private ThreadsOption threads;

  /** Name of the kind of student. */
  String name() {
    return name;
  }

  /** Threads of one operation. */
  int threads() {
    return threads.count();
  }

  /** Loads the planner and says what was loaded. */
  PublishedPlanner load() {
    StudentChoice<?> choice =
        Failures.wrongUsage(spec.commandLine(), () -> StudentChoice.named(name, sizes));
    TensorLibrary.useThreads(threads.count());
    PublishedPlanner planner = PublishedPlanner.load(choice, weights);
    spec.commandLine().getOut().println(planner.line());
    return planner;
  }
}
