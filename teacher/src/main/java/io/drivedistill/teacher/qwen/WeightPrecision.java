package io.drivedistill.teacher.qwen;

/** How the matrices of a model lie in memory. */
public enum WeightPrecision {
  /** 4 bytes per number; can be trained. */
  FLOAT32,
  /** 2 bytes per number, as published; frozen. */
  BFLOAT16
}
