package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** A module with one array in and one array out. */
public abstract class Layer extends Module {

  /** Runs the layer on one array. */
  public abstract NDArray forward(Pass pass, NDArray x);

  @Override
  protected final NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.singletonOrThrow()));
  }
}
