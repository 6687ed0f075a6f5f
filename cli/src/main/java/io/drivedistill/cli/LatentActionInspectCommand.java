package io.drivedistill.cli;

import io.drivedistill.core.ContentStore;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.latentaction.CodeInspection;
import io.drivedistill.latentaction.CodeMeaning;
import io.drivedistill.latentaction.CodedPair;
import io.drivedistill.latentaction.LatentActionFolder;
import io.drivedistill.latentaction.PairProbe;
import io.drivedistill.latentaction.PairSheets;
import io.drivedistill.latentaction.SceneLabelling;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what codes are used, what follows what, and what each one means. */
@Command(
    name = "inspect",
    description = {
      "Show how the ego codes of recordings are used and what they mean.",
      "With poses: what the vehicle does at each code, and how much the codes tell of its motion."
    },
    mixinStandardHelpOptions = true)
final class LatentActionInspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordingOptions recordings;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder of a trained latent action model.")
  private Path model;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for inspection.json and a picture per token and code.")
  private Path out;

  @Override
  public Integer call() {
    LatentActionFolder folder = LatentActionFolder.open(model);
    int codes = folder.settings().model().codes();
    List<CodedPair> pairs =
        new SceneLabelling(folder, new ContentStore(model.resolve("features")), Main.progress())
            .pairs(recordings.read());
    CodeInspection inspection = CodeInspection.of(pairs, codes);
    print(inspection, spec.commandLine().getOut());
    if (out != null) {
      JsonFiles.write(out.resolve("inspection.json"), inspection);
      int sheets = PairSheets.write(pairs, codes, out).size();
      spec.commandLine()
          .getOut()
          .printf("inspection.json and %d pictures in %s%n", sheets, out.toAbsolutePath());
    }
    return 0;
  }

  private static void print(CodeInspection inspection, PrintWriter print) {
    print.printf("%d pairs of frames: %s%n", inspection.pairs(), inspection.health());
    print.printf(
        Locale.ROOT,
        "A code stays the same from one pair to the next in %.0f %% of cases, by chance in %.0f"
            + " %%.%n",
        100 * inspection.transitions().staying(),
        100 * inspection.transitions().stayingByChance());
    if (inspection.posedPairs() == 0) {
      print.println("The recordings have no poses, so nothing can be said of the motion.");
      return;
    }
    print.printf("%d of them with poses.%n", inspection.posedPairs());
    print.println("token code  pairs  speed m/s  accel m/s2  yaw rad/s  most over-represented");
    for (CodeMeaning meaning : inspection.meanings()) {
      print.printf(
          Locale.ROOT,
          "%5d %4d %6d %10.2f %11.2f %10.3f  %s, %.0f %% (of all %.0f %%)%n",
          meaning.token(),
          meaning.code(),
          meaning.pairs(),
          meaning.speedMps(),
          meaning.accelerationMps2(),
          meaning.yawRateRadps(),
          meaning.manoeuvre().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          100 * meaning.share(),
          100 * meaning.shareOfAll());
    }
    if (inspection.probes().isEmpty()) {
      print.println("Too few pairs with poses for a probe that holds some of them out.");
    }
    for (PairProbe probe : inspection.probes()) {
      print.printf(
          Locale.ROOT,
          "R2 to %s, held out: %.3f; codes moved in time: mean %.3f, 95 %% below %.3f; chance of"
              + " as much %.3f%n",
          probe.quantity(),
          probe.rSquared(),
          probe.control(),
          probe.controlNinetyFive(),
          probe.chance());
    }
  }
}
