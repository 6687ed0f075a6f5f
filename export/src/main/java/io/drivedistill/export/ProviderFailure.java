package io.drivedistill.export;

import ai.onnxruntime.OrtException;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what a user can do where ONNX Runtime 1.28 and 1.29 say that CUDA or TensorRT does not work.
 */
final class ProviderFailure {
  private static final Pattern LIBRARY =
      Pattern.compile("Failed to load library (.+?) with error: (.*)");
  private static final Pattern UNKNOWN_OPTION =
      Pattern.compile("Unknown provider option: \"(.*?)\"");
  private static final Pattern OPTION_VALUE =
      Pattern.compile("Failed to parse provider option \"(.*?)\"");
  private static final Pattern DEVICE = Pattern.compile("Invalid device ID: (-?\\d+)");

  private static final Pattern BINDING =
      Pattern.compile("This binary was not compiled with (\\w+) support");

  private ProviderFailure() {}

  /** The error for a provider that cannot be had. */
  static DriveDistillException of(Provider provider, OrtException e) {
    return recognised(e)
        .orElseGet(
            () ->
                new DriveDistillException(
                    "ONNX Runtime cannot use " + provider + ": " + e.getMessage(),
                    "Maybe the NVIDIA driver does not fit; nvidia-smi shows its version.",
                    e));
  }

  /** The error, if ONNX Runtime's words tell that a provider failed and not the model. */
  static Optional<DriveDistillException> recognised(OrtException e) {
    String said = String.valueOf(e.getMessage());
    Matcher library = LIBRARY.matcher(said);
    if (library.find()) {
      return Optional.of(notLoaded(Path.of(library.group(1)), library.group(2), e));
    }
    // before the options: CUDA is first asked when the option device_id is read
    Optional<DriveDistillException> cuda = CudaFailure.recognised(said, e);
    if (cuda.isPresent()) {
      return cuda;
    }
    Matcher binding = BINDING.matcher(said);
    if (binding.find()) {
      return Optional.of(
          new DriveDistillException(
              "ONNX Runtime's library for Java, libonnxruntime4j_jni.so, was compiled without "
                  + binding.group(1),
              "Maybe it is the one of the jar onnxruntime: only that of onnxruntime_gpu will do,"
                  + " of the same version. 'mvn -N -Pgpu-cuda13 validate' fetches it.",
              e));
    }
    Matcher unknown = UNKNOWN_OPTION.matcher(said);
    if (unknown.find()) {
      return Optional.of(
          new DriveDistillException(
              "ONNX Runtime's provider has no option '" + unknown.group(1) + "'",
              "Maybe it is misspelt, or belongs to the other provider: TensorRT's begin with trt_.",
              e));
    }
    Matcher device = DEVICE.matcher(said);
    if (device.find()) {
      return Optional.of(
          new DriveDistillException(
              "There is no GPU number " + device.group(1),
              "Maybe count from 0; nvidia-smi lists them, CUDA_VISIBLE_DEVICES hides some.",
              e));
    }
    Matcher value = OPTION_VALUE.matcher(said);
    if (value.find()) {
      return Optional.of(
          new DriveDistillException(
              "The provider's option '" + value.group(1) + "' cannot have the value it was given",
              "Maybe look it up among ONNX Runtime's provider options; yes and no are 1 and 0.",
              e));
    }
    return Optional.empty();
  }

  private static DriveDistillException notLoaded(Path library, String why, OrtException e) {
    String cannot =
        "ONNX Runtime cannot use "
            + (library.endsWith("libonnxruntime_providers_tensorrt.so")
                ? Provider.TENSORRT
                : Provider.CUDA);
    List<String> missing;
    try {
      missing = ProviderLibraries.missing(library);
    } catch (IOException unreadable) {
      missing = List.of();
    }
    if (!missing.isEmpty()) {
      return lacking(cannot, missing, e);
    }
    return new DriveDistillException(
        cannot + ": " + why,
        why.contains("undefined symbol")
            ? "Maybe that library is too old: ONNX Runtime 1.29 asks for CUDA 12.8 or a later 12."
                + " The first in LD_LIBRARY_PATH is the one that is taken."
            : "Maybe the file is damaged, or made for another system.",
        e);
  }

  /** The error for libraries that are not there. */
  static DriveDistillException lacking(Provider provider, List<String> missing) {
    return lacking("ONNX Runtime cannot use " + provider, missing, null);
  }

  private static DriveDistillException lacking(String cannot, List<String> missing, Throwable e) {
    return new DriveDistillException(
        cannot + ": this machine lacks " + String.join("; ", missing),
        "Maybe they are installed where nobody looks: put their folders into LD_LIBRARY_PATH before"
            + " Java starts. CUDA 12 and CUDA 13 do not stand in for each other; docs/export.md"
            + " tells how to get ONNX Runtime for either.",
        e);
  }
}
