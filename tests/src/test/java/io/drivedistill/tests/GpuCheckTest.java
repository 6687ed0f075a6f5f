package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.export.Provider;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be tried of the check for GPUs, and of the runner in the guide, where there is none. */
class GpuCheckTest {
  @TempDir Path folder;

  @Test
  void exportsComparesAndPrintsAndTheRunnerPlans() throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code =
        GpuCheck.run(
            TransfuserConfig.quickstart(),
            List.of(Provider.CPU, Provider.TENSORRT),
            "none",
            folder,
            new PrintStream(out, true, StandardCharsets.UTF_8));
    JsonNode report = new ObjectMapper().readTree(out.toByteArray());
    assertThat(code).as(report.toPrettyString()).isZero();
    assertThat(report.at("/export/parity/differences/0/largestRelative").asDouble())
        .isBetween(Double.MIN_VALUE, 1e-4);
    assertThat(report.at("/results/0/largestRelativeToCpu").asDouble()).isLessThan(1e-6);
    assertThat(report.at("/results/1/precision").asText()).isEqualTo("FP16");
    assertThat(report.at("/results/1/largestRelativeToCpu").asDouble()).isBetween(1e-6, 3e-2);
    assertThat(report.at("/results/0/latency/backToBack/p50Ms").asDouble()).isPositive();
    if (report.at("/results").size() == 2) {
      assertThat(report.at("/skipped/0/provider").asText()).isEqualTo("TENSORRT");
      assertThat(report.at("/skipped/0/reason").asText()).isNotBlank();
    }

    ByteArrayOutputStream again = new ByteArrayOutputStream();
    code =
        GpuCheck.run(
            folder,
            List.of(Provider.CPU),
            "none",
            folder,
            new PrintStream(again, true, StandardCharsets.UTF_8));
    JsonNode known = new ObjectMapper().readTree(again.toByteArray());
    assertThat(code).as(known.toPrettyString()).isZero();
    assertThat(known.at("/results")).hasSize(2);
    assertThat(known.hasNonNull("export")).isFalse();

    Path runner = RepositoryRoot.find().resolve("docs/runner/DriveOnce.java");
    assertThat(Files.readAllLines(runner)).hasSizeLessThanOrEqualTo(31);
    String planned =
        run("-cp", jarOf(), runner.toString(), folder.resolve("student.onnx").toString());
    assertThat(planned.lines()).hasSize(8).allMatch(line -> line.matches(".* m ahead, .* rad"));
  }

  /** The class path entry of ONNX Runtime alone: the runner needs nothing else. */
  private static String jarOf() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
        .filter(entry -> entry.contains("onnxruntime"))
        .findFirst()
        .orElseThrow();
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder = new ProcessBuilder(java, "-Xmx256m", "-XX:TieredStopAtLevel=1");
    builder.command().addAll(List.of(arguments));
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  @Test
  void withoutAGpuTheScriptSaysSoAndEndsWell() throws IOException, InterruptedException {
    assumeNoGpu();
    String text = script(0, Map.of("DRIVEDISTILL_GPU_ON", "cuda"));
    assertThat(text).contains("\"skipped\"").contains("no NVIDIA GPU");
  }

  /**
   * With a stand-in for nvidia-smi, and for ONNX Runtime's library a file with the name it needs.
   */
  @Test
  void aGpuWithoutItsLibrariesIsAnErrorThatNamesThem() throws IOException, InterruptedException {
    assumeNoGpu();
    Path tool = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\necho Stand-in\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    Path parts = Files.createDirectory(folder.resolve("parts"));
    Files.writeString(parts.resolve("libonnxruntime_providers_cuda.so"), "libcublas.so.13\n");
    Files.createFile(parts.resolve("libcudart.so.13"));
    Path model = Files.createFile(folder.resolve("student.onnx")).getParent();
    Map<String, String> environment =
        Map.of(
            "PATH", folder + File.pathSeparator + System.getenv("PATH"),
            "DRIVEDISTILL_GPU_PARTS", parts.toString(),
            "DRIVEDISTILL_GPU_MODEL", model.toString());
    Path binding = parts.resolve("libonnxruntime4j_jni.so");
    assertThat(script(1, environment)).contains(binding + ".").contains("onnxruntime_gpu");
    Files.writeString(binding, "This binary was not compiled with CUDA support.");
    assertThat(script(1, environment)).contains(binding + ".").contains("onnxruntime_gpu");
    Files.writeString(binding, "a binding that knows CUDA");
    String text = script(1, environment);
    assertThat(text)
        .contains("ONNX Runtime for CUDA 13")
        .containsPattern("libcudart.so.13 +" + parts)
        .containsPattern("libcuda.so.1 +not found")
        .contains("There is a GPU (Stand-in), but CUDA cannot run without libcuda.so.1")
        .contains("Maybe ")
        .doesNotContain("Compiling");
  }

  private static void assumeNoGpu() {
    Assumptions.assumeFalse(
        Files.exists(Path.of("/dev/nvidia0"))
            || System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win"),
        "there is a GPU, or no bash");
  }

  private static String script(int code, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path script = RepositoryRoot.find().resolve("tests/gpu/run.sh");
    ProcessBuilder builder = new ProcessBuilder(script.toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isEqualTo(code);
    return text;
  }
}
