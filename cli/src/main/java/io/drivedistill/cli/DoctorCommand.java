package io.drivedistill.cli;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DiskSpace;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Provenance;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.nn.TensorLibrary;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what this installation is made of, and whether its native parts work. */
@Command(
    name = "doctor",
    description =
        "Print versions, Java, processors, memory and disk; try the native libraries; score"
            + " reference scenes.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final double SCORE_TOLERANCE = 1e-9;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Provenance here = Provenance.capture(ContentKey.of("doctor").build(), 0);
    line("DriveDistill", here.toolVersion() + ", commit " + here.commit());
    line("Java", here.javaVersion());
    line("System", here.operatingSystem());
    line("Processors", here.processors() + " for Java");
    line("Java heap", "up to " + DiskSpace.readable(Runtime.getRuntime().maxMemory()));
    Path folder = Path.of("").toAbsolutePath();
    long usable = Files.getFileStore(folder).getUsableSpace();
    line("Disk", DiskSpace.readable(usable) + " free in " + folder);
    boolean tensors = works("Tensors", TensorLibrary::describe);
    boolean onnx = works("ONNX Runtime", OnnxSession::version);
    boolean scores = works("Score", DoctorCommand::scores);
    return tensors && onnx && scores ? 0 : Failures.RUN_FAILED;
  }

  private static String scores() {
    try {
      ReferenceScene.Comparison found = ReferenceScene.compare();
      String result =
          String.format(
              Locale.ROOT,
              "%d reference trajectories, largest difference from NAVSIM's own scores %.1e",
              found.trajectories(),
              found.largestDifference());
      if (!(found.largestDifference() <= SCORE_TOLERANCE)) {
        throw new IllegalStateException(result);
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean works(String what, Supplier<String> check) {
    try {
      line(what, check.get());
      return true;
    } catch (DriveDistillException e) {
      line(what, "NOT USABLE: " + e.getMessage());
      return false;
    } catch (RuntimeException | LinkageError e) {
      line(what, "NOT USABLE: " + e);
      return false;
    }
  }

  private void line(String what, String value) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-14s %s%n", what, value);
  }
}
