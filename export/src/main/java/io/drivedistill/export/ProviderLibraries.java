package io.drivedistill.export;

import com.sun.jna.NativeLibrary;
import java.util.ArrayList;
import java.util.List;

/**
 * The shared libraries that ONNX Runtime 1.29 opens for a provider, so that an error can name those
 * which a machine lacks: ONNX Runtime itself names the first only. Read from its libraries' dynamic
 * sections.
 */
final class ProviderLibraries {
  /** What comes from one place. */
  private record Source(String name, List<String> libraries) {}

  private static final List<Source> CUDA =
      List.of(
          new Source("the NVIDIA driver", List.of("libcuda.so.1")),
          new Source(
              "CUDA 12",
              List.of(
                  "libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcurand.so.10")),
          new Source("cuDNN 9 for CUDA 12", List.of("libcudnn.so.9")));

  private static final Source TENSORRT =
      new Source("TensorRT 10 for CUDA 12", List.of("libnvinfer.so.10", "libnvonnxparser.so.10"));

  private ProviderLibraries() {}

  /** Every library that cannot be opened, with where it comes from: empty if all are there. */
  static List<String> missing(Provider provider) {
    List<Source> wanted = new ArrayList<>();
    if (provider != Provider.CPU) {
      wanted.addAll(CUDA);
    }
    if (provider == Provider.TENSORRT) {
      wanted.add(TENSORRT);
    }
    List<String> missing = new ArrayList<>();
    for (Source source : wanted) {
      List<String> lacking = source.libraries().stream().filter(name -> !opens(name)).toList();
      if (!lacking.isEmpty()) {
        missing.add(String.join(", ", lacking) + " (" + source.name() + ")");
      }
    }
    return missing;
  }

  private static boolean opens(String library) {
    try (NativeLibrary opened = NativeLibrary.getInstance(library)) {
      return opened != null;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
