package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import java.util.Set;

/**
 * In which element type an operator is said where ONNX, or ONNX Runtime 1.29 on a CPU, has it not
 * in the asked one: doubles become floats, bytes become int32 and wrap on the way back as PyTorch's
 * do, truths become numbers.
 */
final class KernelTypes {
  /** Sigmoid has a kernel, but with a product behind it becomes one that has none. */
  private static final Set<String> NOT_ON_DOUBLES =
      Set.of(
          "Acos",
          "Asin",
          "Atan",
          "AveragePool",
          "Conv",
          "Cosh",
          "Elu",
          "Erf",
          "Gelu",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "LeakyRelu",
          "RNN",
          "Resize",
          "Selu",
          "Sigmoid",
          "Sinh",
          "Softplus",
          "Softsign",
          "Tan");

  private static final Set<String> NOT_ON_BYTES =
      Set.of(
          "CumSum",
          "MatMul",
          "Neg",
          "Pow",
          "ReduceL1",
          "ReduceL2",
          "ReduceMean",
          "ReduceProd",
          "ReduceSum");

  private static final Set<String> NOT_ON_TRUTHS = Set.of("ArgMax", "ArgMin", "TopK");

  private KernelTypes() {}

  /** The type to compute in; the given one where there is nothing in the way. */
  static DataType of(String operator, DataType type) {
    return switch (type) {
      case FLOAT64 -> NOT_ON_DOUBLES.contains(operator) ? DataType.FLOAT32 : type;
      case UINT8, INT8 -> NOT_ON_BYTES.contains(operator) ? DataType.INT32 : type;
      // not INT32, which CUDA has no kernels of these for
      case BOOLEAN -> NOT_ON_TRUTHS.contains(operator) ? DataType.FLOAT32 : type;
      default -> type;
    };
  }
}
