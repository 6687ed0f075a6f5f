package io.drivedistill.export;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shared libraries that a provider asks for, so that an error can name all that a machine
 * lacks: the loader names the first only. Which they are stands in the provider's own file, so it
 * is right for CUDA 12 and for CUDA 13.
 */
final class ProviderLibraries {
  /** ONNX Runtime since 1.29 opens it when the first convolution asks, and not before. */
  static final String CUDNN = "libcudnn.so.9";

  static final String DRIVER = "libcuda.so.1";

  private static final String CUDA_PROVIDER = "libonnxruntime_providers_cuda.so";

  private ProviderLibraries() {}

  /**
   * What a provider's file, and CUDA's beside it, needs and this machine cannot open, each group
   * with where it comes from: empty if all are there.
   */
  static List<String> missing(Path provider) throws IOException {
    Set<String> needed = new LinkedHashSet<>(SharedLibrary.needed(provider));
    Path cuda = provider.resolveSibling(CUDA_PROVIDER);
    if (Files.isRegularFile(cuda)) {
      needed.addAll(SharedLibrary.needed(cuda));
    }
    return missing(needed);
  }

  /** Those of the libraries that this machine cannot open, with where they come from. */
  static List<String> missing(Set<String> needed) {
    Map<String, List<String>> bySource = new LinkedHashMap<>();
    for (String library : needed) {
      // what stands beside ONNX Runtime is opened by its path; the loader itself is always there
      boolean sought = library.startsWith("lib") && !library.startsWith("libonnxruntime");
      if (sought && !opens(library)) {
        bySource.computeIfAbsent(source(library), name -> new ArrayList<>()).add(library);
      }
    }
    return bySource.entrySet().stream()
        .map(group -> String.join(", ", group.getValue()) + " (" + group.getKey() + ")")
        .toList();
  }

  /** What a library comes with. */
  private static String source(String library) {
    String version = library.substring(library.lastIndexOf('.') + 1);
    if (library.startsWith(DRIVER)) {
      return "the NVIDIA driver";
    }
    if (library.startsWith("libcudnn")) {
      return "cuDNN " + version;
    }
    if (library.startsWith("libnv")) {
      return "TensorRT " + version;
    }
    // its version stood still at 10 from CUDA 8 on
    if (library.startsWith("libcurand")) {
      return "CUDA";
    }
    return library.startsWith("libcu") ? "CUDA " + version : "the system";
  }

  private static boolean opens(String library) {
    try (NativeLibrary opened = NativeLibrary.getInstance(library)) {
      return opened != null;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
