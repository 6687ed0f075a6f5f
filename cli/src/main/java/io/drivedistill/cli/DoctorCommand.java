package io.drivedistill.cli;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DiskSpace;
import io.drivedistill.core.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what this installation is made of. */
@Command(
    name = "doctor",
    description = "Print versions, Java, processors, memory and disk of this installation.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
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
    return 0;
  }

  private void line(String what, String value) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-14s %s%n", what, value);
  }
}
