package io.drivedistill.export;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Hands execution providers to a session, or says why they are not to be had. */
final class ProviderOptions {
  /** Options that record a run and play it again, whatever the inputs' memory then holds. */
  private static final Set<String> RECORDINGS =
      Set.of("enable_cuda_graph", "trt_cuda_graph_enable");

  private ProviderOptions() {}

  /**
   * Adds the provider.
   *
   * @throws DriveDistillException if this ONNX Runtime or this machine lacks it
   */
  static void add(SessionOptions session, SessionSettings settings) throws OrtException {
    requireNoRecording(settings.options());
    switch (settings.provider()) {
      case CPU -> {
        // ONNX Runtime always has it
      }
      case CUDA -> {
        requireBuilt(Provider.CUDA, OrtProvider.CUDA);
        RuntimeLibraries.provide(Provider.CUDA);
        addCuda(session, settings.options());
      }
      case TENSORRT -> {
        requireBuilt(Provider.TENSORRT, OrtProvider.TENSOR_RT);
        RuntimeLibraries.provide(Provider.TENSORRT);
        RuntimeLibraries.provide(Provider.CUDA);
        addTensorRt(session, settings);
        addCuda(session, Map.of(SessionSettings.TF32, "0"));
      }
    }
  }

  private static void requireNoRecording(Map<String, String> options) {
    for (String option : RECORDINGS) {
      if (!Set.of("0", "False", "false").contains(options.getOrDefault(option, "0"))) {
        throw new DriveDistillException(
            "The option " + option + " needs inputs and outputs that lie in the GPU's memory",
            "Maybe leave it out: ONNX Runtime for Java hands over the processor's memory, and a"
                + " recorded run would not read new inputs.");
      }
    }
  }

  private static void requireBuilt(Provider wanted, OrtProvider provider) {
    RuntimeEnvironment.get(); // loads the native library
    if (!OrtEnvironment.getAvailableProviders().contains(provider)) {
      throw new DriveDistillException(
          "This ONNX Runtime was built without " + wanted,
          "Maybe take one of those that docs/export.md names for Linux on x86-64: for CUDA 12, with"
              + " TensorRT, 'mvn -Pgpu package'; for CUDA 13 'mvn -N -Pgpu-cuda13 validate'.");
    }
  }

  private static void addCuda(SessionOptions session, Map<String, String> options)
      throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
      for (Map.Entry<String, String> option : options.entrySet()) {
        cuda.add(option.getKey(), option.getValue());
      }
      session.addCUDA(cuda);
    } catch (OrtException e) {
      throw ProviderFailure.of(Provider.CUDA, e);
    }
    List<String> missing = ProviderLibraries.missing(Set.of(ProviderLibraries.CUDNN));
    if (!missing.isEmpty()) {
      throw ProviderFailure.lacking(Provider.CUDA, missing);
    }
  }

  private static void addTensorRt(SessionOptions session, SessionSettings settings)
      throws OrtException {
    try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions()) {
      for (Map.Entry<String, String> option : tensorRtOptions(settings).entrySet()) {
        tensorRt.add(option.getKey(), option.getValue());
      }
      session.addTensorrt(tensorRt);
    } catch (OrtException e) {
      throw ProviderFailure.of(Provider.TENSORRT, e);
    }
  }

  /** The engine cache's options, overridden by those a user gave. */
  static Map<String, String> tensorRtOptions(SessionSettings settings) {
    Map<String, String> options = new TreeMap<>();
    if (settings.engineCache().isPresent()) {
      Path folder = settings.engineCache().get().toAbsolutePath();
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new DriveDistillException(
            "Could not make the folder " + folder + " for TensorRT engines: " + e.getMessage(),
            "Maybe choose one that can be written to.",
            e);
      }
      options.put("trt_engine_cache_enable", "1");
      options.put("trt_engine_cache_path", folder.toString());
      options.put("trt_timing_cache_enable", "1");
      options.put("trt_timing_cache_path", folder.toString());
    }
    options.putAll(settings.options());
    return options;
  }
}
