package io.drivedistill.cli;

import io.drivedistill.navsim.imported.DatasetImport;
import io.drivedistill.navsim.imported.ImportSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns other people's recordings into a NAVSIM split. */
@Command(
    name = "import",
    description = {
      "Write recordings of another data set in NAVSIM's layout: logs, maps, and sensors where there"
          + " are any.",
      "Equal recordings give equal bytes. docs/real-roads.md says what is kept and what is not."
    },
    mixinStandardHelpOptions = true)
final class DataImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The recordings.")
  private Path folder;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "NAME",
      description = "Whose data set it is: av2 (Argoverse 2 sensor logs) or nuscenes.")
  private ImportSource source;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Root of the NAVSIM data set to make; a folder of its own.")
  private Path out;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "imported",
      description = "Name of the split; default: ${DEFAULT-VALUE}.")
  private String split;

  @Override
  public Integer call() {
    List<String> logs = DatasetImport.write(source, folder, out, split, Main.progress());
    spec.commandLine()
        .getOut()
        .printf(
            "Split '%s' with %d logs in %s%nHuman trajectories: %s%n",
            split,
            logs.size(),
            out.toAbsolutePath().normalize(),
            DatasetImport.humanFile(out, split).toAbsolutePath().normalize());
    return 0;
  }
}
