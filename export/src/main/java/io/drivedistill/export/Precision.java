package io.drivedistill.export;

import java.util.Locale;

/** How the numbers of an exported model are kept. Inputs and outputs are the same in all. */
public enum Precision {
  /** 32 bits, as trained. */
  FP32,
  /** 16 bits; coordinates and softmax in 32. */
  FP16,
  /** 8 bit weights and activations of convolutions and linear layers; coordinates in 32 bits. */
  INT8,
  /** As {@link #INT8}, but ranges of activations hold all that was seen, whatever was chosen. */
  INT8_MIN_MAX;

  /** Whether ranges of activations are found on real scenes. */
  public boolean isCalibrated() {
    return this == INT8 || this == INT8_MIN_MAX;
  }

  /** Name of a model's file in this precision: {@code NAME.onnx}, {@code NAME-fp16.onnx}. */
  public String fileOf(String modelName) {
    return modelName
        + (this == FP32 ? "" : "-" + name().toLowerCase(Locale.ROOT).replace('_', '-'))
        + ".onnx";
  }
}
