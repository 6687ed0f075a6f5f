package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/** Elementwise functions between linear layers, safe under autograd. */
public enum Nonlinearity {
  /** max(x, 0). */
  RELU {
    @Override
    public NDArray of(NDArray x) {
      return x.getNDArrayInternal().relu();
    }
  },
  /** x·Φ(x), exact. */
  GELU {
    @Override
    public NDArray of(NDArray x) {
      return x.getNDArrayInternal().gelu();
    }
  },
  /** x·sigmoid(x). */
  SILU {
    @Override
    public NDArray of(NDArray x) {
      return x.mul(x.getNDArrayInternal().sigmoid());
    }
  };

  /** Applies the function to every element. */
  public abstract NDArray of(NDArray x);
}
