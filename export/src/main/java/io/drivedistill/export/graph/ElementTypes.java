package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.drivedistill.core.DriveDistillException;

/** DJL element types as ONNX numbers. */
public final class ElementTypes {
  private ElementTypes() {}

  /** Whether ONNX has the type. */
  public static boolean isKnown(DataType type) {
    return switch (type) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, UINT8, INT8, INT16, INT32, INT64, BOOLEAN -> true;
      default -> false;
    };
  }

  /**
   * The ONNX type.
   *
   * @throws DriveDistillException if ONNX has no such type
   */
  public static TensorProto.DataType onnx(DataType type) {
    return switch (type) {
      case FLOAT32 -> TensorProto.DataType.FLOAT;
      case FLOAT64 -> TensorProto.DataType.DOUBLE;
      case FLOAT16 -> TensorProto.DataType.FLOAT16;
      case BFLOAT16 -> TensorProto.DataType.BFLOAT16;
      case UINT8 -> TensorProto.DataType.UINT8;
      case INT8 -> TensorProto.DataType.INT8;
      case INT16 -> TensorProto.DataType.INT16;
      case INT32 -> TensorProto.DataType.INT32;
      case INT64 -> TensorProto.DataType.INT64;
      case BOOLEAN -> TensorProto.DataType.BOOL;
      default ->
          throw new DriveDistillException(
              "The network uses elements of type " + type + ", for which no ONNX type is known",
              "Maybe convert the array to float32 first.");
    };
  }
}
