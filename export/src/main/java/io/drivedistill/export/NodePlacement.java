package io.drivedistill.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which provider ran how many nodes of a model, as ONNX Runtime's profile of one run tells. The
 * runtime puts what a provider does not take on the CPU without a word; here it is seen.
 *
 * @param nodes number by the runtime's name of the provider
 * @param heavyOnCpu operators among those on the CPU that are products, convolutions or recurrent
 */
public record NodePlacement(Map<String, Integer> nodes, Set<String> heavyOnCpu) {
  private static final Set<String> HEAVY =
      Set.of(
          "Conv",
          "ConvInteger",
          "ConvTranspose",
          "FusedConv",
          "QLinearConv",
          "MatMul",
          "FusedMatMul",
          "MatMulInteger",
          "MatMulIntegerToFloat",
          "DynamicQuantizeMatMul",
          "QLinearMatMul",
          "Gemm",
          "QGemm",
          "Attention",
          "MultiHeadAttention",
          "GRU",
          "LSTM",
          "RNN");

  /** Sorted copies. */
  public NodePlacement {
    nodes = Collections.unmodifiableMap(new TreeMap<>(nodes));
    heavyOnCpu = Set.copyOf(heavyOnCpu);
  }

  /** Reads a profile that ONNX Runtime wrote. */
  static NodePlacement read(Path profile) throws IOException {
    Map<String, Integer> nodes = new TreeMap<>();
    Set<String> heavyOnCpu = new TreeSet<>();
    for (JsonNode event : new ObjectMapper().readTree(Files.readAllBytes(profile))) {
      JsonNode provider = event.path("args").path("provider");
      boolean kernel =
          event.path("cat").asText().equals("Node")
              && event.path("name").asText().endsWith("_kernel_time")
              && !provider.asText().isEmpty();
      if (kernel) {
        nodes.merge(provider.asText(), 1, Integer::sum);
        String operator = event.path("args").path("op_name").asText();
        if (provider.asText().equals(Provider.CPU.runtimeName()) && HEAVY.contains(operator)) {
          heavyOnCpu.add(operator);
        }
      }
    }
    return new NodePlacement(nodes, heavyOnCpu);
  }

  /**
   * Refuses a session in which the CPU does what the provider was asked to do.
   *
   * @throws DriveDistillException if no node ran on the provider, or a product ran on the CPU
   */
  public void require(Provider provider) {
    boolean used = nodes.containsKey(provider.runtimeName());
    if (!used || (provider != Provider.CPU && !heavyOnCpu.isEmpty())) {
      throw new DriveDistillException(
          "The model was to run on "
              + provider
              + ", its nodes ran on "
              + nodes
              + (heavyOnCpu.isEmpty() ? "" : ", on the CPU among others " + heavyOnCpu),
          "Maybe the provider lacks these operators in this precision; export in another one, or"
              + " use the provider cuda or cpu.");
    }
  }
}
