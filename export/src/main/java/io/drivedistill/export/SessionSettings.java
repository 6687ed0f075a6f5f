package io.drivedistill.export;

import io.drivedistill.core.DriveDistillException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a model is run.
 *
 * @param provider what computes; there is no other one that would step in for it
 * @param threads of the processor for one run
 * @param options of the provider, by ONNX Runtime's names: {@code device_id}, {@code use_tf32},
 *     {@code trt_fp16_enable} and so on; the CPU has none. CUDA gets {@code use_tf32=0} where none
 *     is given: ONNX Runtime would round the factors of float32 products to 11 bits otherwise, also
 *     those that a 16 bit model keeps in float32
 * @param engineCache folder where TensorRT keeps compiled engines and timings; without it every
 *     start compiles anew, which takes minutes
 */
public record SessionSettings(
    Provider provider, int threads, Map<String, String> options, Optional<Path> engineCache) {

  static final String TF32 = "use_tf32";

  /** Checks and copies. */
  public SessionSettings {
    Map<String, String> all = new TreeMap<>(options);
    if (provider == Provider.CUDA) {
      all.putIfAbsent(TF32, "0");
    }
    options = Collections.unmodifiableMap(all);
    if (threads < 1) {
      throw new DriveDistillException(
          "A session has " + threads + " threads", "Maybe use the number of processors.");
    }
    if (provider == Provider.CPU && !options.isEmpty()) {
      throw new DriveDistillException(
          "The CPU provider has no options, given are " + options.keySet(),
          "Maybe name the provider they are for: cuda or tensorrt.");
    }
    if (provider != Provider.TENSORRT && engineCache.isPresent()) {
      throw new DriveDistillException(
          "Only TensorRT keeps engines, the provider is " + provider,
          "Maybe leave the engine cache out, or use the provider tensorrt.");
    }
  }

  /** The processor with some threads. */
  public static SessionSettings cpu(int threads) {
    return new SessionSettings(Provider.CPU, threads, Map.of(), Optional.empty());
  }

  /** A provider without options. */
  public static SessionSettings of(Provider provider, int threads) {
    return new SessionSettings(provider, threads, Map.of(), Optional.empty());
  }
}
