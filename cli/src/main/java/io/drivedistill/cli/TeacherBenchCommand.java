package io.drivedistill.cli;

import io.drivedistill.teacher.qwen.PrefillBench;
import io.drivedistill.teacher.qwen.WeightPrecision;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times the teacher's layers. */
@Command(
    name = "bench",
    description = {
      "Time a prefill at the widths of Qwen2.5-VL-3B with random weights: 2 vision blocks and 1"
          + " decoder layer, in float32 and bfloat16, and what follows for the full depth of 32"
          + " blocks and 36 layers.",
      "The decoder layer is also timed against the same work in plain DJL calls."
    },
    mixinStandardHelpOptions = true)
final class TeacherBenchCommand implements Callable<Integer> {
  private static final int CELL_PX = 28;

  @Spec private CommandSpec spec;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "3",
      description = "Camera pictures of a scene; default: ${DEFAULT-VALUE}.")
  private int pictures;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "504x280",
      description = "Size of a picture, multiples of 28; default: ${DEFAULT-VALUE}.")
  private String size;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs, of which the median counts; default: ${DEFAULT-VALUE}.")
  private int runs;

  @Override
  public Integer call() {
    if (!size.matches("\\d{1,5}x\\d{1,5}")) {
      throw new ParameterException(spec.commandLine(), "--size is '" + size + "', expected WxH");
    }
    int width = Integer.parseInt(size.substring(0, size.indexOf('x')));
    int height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
    if (pictures < 1 || runs < 1 || width < CELL_PX || height < CELL_PX) {
      throw new ParameterException(
          spec.commandLine(), "--pictures and --runs must be positive, sides 28 at least");
    }
    if (width % CELL_PX != 0 || height % CELL_PX != 0) {
      throw new ParameterException(
          spec.commandLine(), "Sides of --size " + size + " must be multiples of 28");
    }
    PrintWriter out = spec.commandLine().getOut();
    for (WeightPrecision precision : WeightPrecision.values()) {
      try (PrefillBench bench = new PrefillBench(precision, pictures, height, width, runs)) {
        print(out, precision, bench.run());
      }
    }
    return 0;
  }

  private static void print(PrintWriter out, WeightPrecision precision, PrefillBench.Times times) {
    out.printf(
        Locale.ROOT,
        "%s, %d tokens: embedding and merger %.0f ms, windowed block %.0f ms, full block %.0f ms,"
            + " decoder layer %.0f ms%n",
        precision,
        times.tokens(),
        times.enterMs(),
        times.windowedMs(),
        times.fullMs(),
        times.layerMs());
    out.printf(
        Locale.ROOT,
        "  2 blocks and 1 layer: %.0f tokens/s; full depth, estimated: %.1f s, %.1f tokens/s%n",
        times.measuredTokensPerS(),
        times.fullDepthMs() / 1000,
        times.fullDepthTokensPerS());
    if (times.plainLayerMs() > 0) {
      out.printf(
          Locale.ROOT,
          "  decoder layer against plain DJL calls, same run: %.2f of their time%n",
          times.layerMs() / times.plainLayerMs());
    }
    out.flush();
  }
}
