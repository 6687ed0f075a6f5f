package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProviderTest {
  @TempDir Path folder;

  private Path model() {
    Path file = folder.resolve("model.onnx");
    new OnnxExporter()
        .export(
            Exports.lambda(x -> x.matMul(x.transpose(0, 2, 1)).softmax(2)),
            List.of(InputSpec.batched("x", 1, 3, 4)),
            List.of("y"))
        .write(file);
    return file;
  }

  @ParameterizedTest
  @EnumSource(
      value = Provider.class,
      names = {"CUDA", "TENSORRT"})
  void aProviderThatIsMissingIsNeverReplaced(Provider provider) {
    OnnxSession.version(); // loads the native library, which knows its providers
    Assumptions.assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime can use a GPU");
    assertThatThrownBy(() -> OnnxSession.open(model(), SessionSettings.of(provider, 1)))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("built without " + provider)
        .hasMessageContaining("mvn -Pgpu");
  }

  @Test
  void theProfileTellsWhereNodesRan() {
    NodePlacement placement = OnnxSession.placement(model(), SessionSettings.cpu(1));
    assertThat(placement.nodes()).containsOnlyKeys("CPUExecutionProvider");
    assertThat(placement.heavyOnCpu()).contains("FusedMatMul");
    placement.require(Provider.CPU);
    assertThatThrownBy(() -> placement.require(Provider.CUDA))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("was to run on CUDA")
        .hasMessageContaining("MatMul");
  }

  @Test
  void aProductLeftToTheCpuIsFound() throws IOException {
    Path profile = folder.resolve("profile.json");
    Files.writeString(
        profile,
        """
        [{"cat": "Session", "name": "model_loading", "args": {}},
         {"cat": "Node", "name": "a_kernel_time",
          "args": {"op_name": "Conv", "provider": "CUDAExecutionProvider"}},
         {"cat": "Node", "name": "b_kernel_time",
          "args": {"op_name": "Gather", "provider": "CPUExecutionProvider"}}]
        """);
    NodePlacement placement = NodePlacement.read(profile);
    assertThat(placement.nodes())
        .isEqualTo(Map.of("CUDAExecutionProvider", 1, "CPUExecutionProvider", 1));
    placement.require(Provider.CUDA);
    Files.writeString(profile, Files.readString(profile).replace("Gather", "QLinearConv"));
    NodePlacement fallen = NodePlacement.read(profile);
    assertThatThrownBy(() -> fallen.require(Provider.CUDA))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("on the CPU among others [QLinearConv]");
  }

  @Test
  void cudaComputesFloat32InFullUnlessAskedForTf32() {
    assertThat(SessionSettings.of(Provider.CUDA, 1).options()).isEqualTo(Map.of("use_tf32", "0"));
    Map<String, String> wish = Map.of("use_tf32", "1", "device_id", "1");
    assertThat(new SessionSettings(Provider.CUDA, 1, wish, Optional.empty()).options())
        .isEqualTo(wish);
    assertThat(SessionSettings.of(Provider.TENSORRT, 1).options()).isEmpty();
    assertThat(SessionSettings.cpu(1).options()).isEmpty();
  }

  @Test
  void tensorRtKeepsItsEngines() {
    Path engines = folder.resolve("engines");
    SessionSettings settings =
        new SessionSettings(
            Provider.TENSORRT, 1, Map.of("trt_fp16_enable", "1"), Optional.of(engines));
    assertThat(ProviderOptions.tensorRtOptions(settings))
        .containsEntry("trt_engine_cache_enable", "1")
        .containsEntry("trt_engine_cache_path", engines.toAbsolutePath().toString())
        .containsEntry("trt_fp16_enable", "1");
    assertThat(engines).isDirectory();
  }
}
