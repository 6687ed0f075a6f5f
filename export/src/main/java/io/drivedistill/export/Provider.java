package io.drivedistill.export;

import io.drivedistill.core.DriveDistillException;
import java.util.Arrays;
import java.util.Locale;

/** What of ONNX Runtime computes. */
public enum Provider {
  /** The processor; always there. */
  CPU("CPUExecutionProvider"),
  /** An NVIDIA GPU through CUDA 12 or 13, as this ONNX Runtime was built for, and cuDNN 9. */
  CUDA("CUDAExecutionProvider"),
  /** An NVIDIA GPU through TensorRT 10; what it does not take runs on CUDA. */
  TENSORRT("TensorrtExecutionProvider");

  private final String runtimeName;

  Provider(String runtimeName) {
    this.runtimeName = runtimeName;
  }

  /** The name in ONNX Runtime's own messages and profiles. */
  String runtimeName() {
    return runtimeName;
  }

  /**
   * The provider of a name as users write it: cpu, cuda, tensorrt.
   *
   * @throws DriveDistillException if there is none
   */
  public static Provider named(String name) {
    return Arrays.stream(values())
        .filter(provider -> provider.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "There is no execution provider '" + name + "'",
                    "Maybe use cpu, cuda or tensorrt."));
  }

  @Override
  public String toString() {
    return this == TENSORRT ? "TensorRT" : name().toUpperCase(Locale.ROOT);
  }
}
