package io.drivedistill.export;

import io.drivedistill.core.DriveDistillException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what a user can do where CUDA, cuBLAS or cuDNN fails: while a provider is asked for, a model
 * is loaded or a run is under way. ONNX Runtime tells it in words, among those of its own source.
 */
final class CudaFailure {
  private static final Pattern RUNTIME = Pattern.compile("CUDA failure (\\d+): (.*?) ;");
  private static final Pattern LAUNCH = Pattern.compile("CUDA error (cudaError\\w+): ?(.*)");
  private static final Pattern PRODUCTS = Pattern.compile("CUBLAS failure (\\d+): (\\S+) ;");
  private static final Pattern CONVOLUTIONS =
      Pattern.compile("CUDNN(?:_FE)? failure (\\d+): (\\S+) ;");
  private static final Pattern MEMORY =
      Pattern.compile(
          "(?:Failed to allocate memory for requested buffer of size"
              + "|Available memory of \\d+ is smaller than requested bytes of) (\\d+)");

  private static final String CROWDED =
      "Maybe other programs hold the memory (nvidia-smi lists them), the provider's option"
          + " gpu_mem_limit is too small, or FP16 would fit.";
  private static final String OLD_DRIVER =
      "Maybe the NVIDIA driver is too old: CUDA 12 asks for 525 or later, CUDA 13 for 580.";
  private static final String NO_GPU =
      "Maybe nvidia-smi tells more: no GPU is there, CUDA_VISIBLE_DEVICES hides it, or another"
          + " program has it for itself.";
  private static final String NO_CODE =
      "Maybe this ONNX Runtime has no machine code for this GPU: docs/export.md, 'Libraries for a"
          + " GPU', lists the generations of each.";

  private CudaFailure() {}

  /** The error, if ONNX Runtime's words tell that one of NVIDIA's libraries failed. */
  static Optional<DriveDistillException> recognised(String said, Throwable cause) {
    Matcher matcher = RUNTIME.matcher(said);
    if (matcher.find()) {
      return Optional.of(runtime(matcher.group(2), matcher.group(1), cause));
    }
    matcher = LAUNCH.matcher(said);
    if (matcher.find()) {
      return Optional.of(runtime(matcher.group(2), matcher.group(1), cause));
    }
    matcher = PRODUCTS.matcher(said);
    if (matcher.find()) {
      return Optional.of(products(matcher.group(2), matcher.group(1), cause));
    }
    matcher = CONVOLUTIONS.matcher(said);
    if (matcher.find()) {
      return Optional.of(
          new DriveDistillException(
              fails("cuDNN", matcher.group(2), matcher.group(1)),
              "Maybe the parts of cuDNN 9 are of different versions, as the first folder of"
                  + " LD_LIBRARY_PATH that has one is taken, or the GPU's memory is full.",
              cause));
    }
    matcher = MEMORY.matcher(said);
    if (matcher.find()) {
      return Optional.of(
          new DriveDistillException(
              "There is no memory for " + matcher.group(1) + " bytes more that ONNX Runtime needs",
              CROWDED,
              cause));
    }
    return Optional.empty();
  }

  private static String fails(String library, String why, String error) {
    return library + " fails: " + why + " (its error " + error + ")";
  }

  private static DriveDistillException runtime(String why, String error, Throwable cause) {
    String advice =
        switch (error) {
          case "2", "cudaErrorMemoryAllocation" -> CROWDED;
          // insufficient, call not supported, unsupported PTX, versions that do not go together
          case "35", "cudaErrorInsufficientDriver", "36", "222", "803", "804" -> OLD_DRIVER;
          case "200", "209", "cudaErrorNoKernelImageForDevice" -> NO_CODE;
          // not initialised, unavailable, no device, none of this number, unknown
          case "3", "46", "100", "101", "999" -> NO_GPU;
          default ->
              "Maybe the GPU is in a bad state: nvidia-smi and the system's log tell; otherwise a"
                  + " report with the model would help.";
        };
    if (advice.equals(OLD_DRIVER) || advice.equals(NO_GPU)) {
      List<String> driver = ProviderLibraries.missing(Set.of(ProviderLibraries.DRIVER));
      if (!driver.isEmpty()) {
        return ProviderFailure.lacking(Provider.CUDA, driver);
      }
    }
    return new DriveDistillException(fails("CUDA", why, error), advice, cause);
  }

  private static DriveDistillException products(String why, String error, Throwable cause) {
    return new DriveDistillException(
        fails("cuBLAS", why, error),
        switch (error) {
          // not initialised, which is what it says too where its own memory cannot be had
          case "1", "3" -> CROWDED;
          case "8" -> NO_CODE;
          default ->
              "Maybe libcublas is of another version than libcudart: the first folder of"
                  + " LD_LIBRARY_PATH that has one is taken.";
        },
        cause);
  }
}
