package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;

/** down(SiLU(gate(x)) · up(x)), with biases in the vision tower and without in the decoder. */
final class GatedFeedForward extends Layer {
  private final Linear gate;
  private final Linear up;
  private final Linear down;

  GatedFeedForward(int size, int inner, boolean withBias) {
    gate = child("gate_proj", new Linear(size, inner, withBias));
    up = child("up_proj", new Linear(size, inner, withBias));
    down = child("down_proj", new Linear(inner, size, withBias));
  }

  @Override
  public NDArray forward(Pass pass, NDArray x) {
    NDArray opened = gate.forward(pass, x);
    NDArray gated = opened.mul(Activation.sigmoid(opened)).mul(up.forward(pass, x));
    return down.forward(pass, gated);
  }
}
