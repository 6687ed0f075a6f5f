package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.Pass;

/** Three linear layers with layer norm and ReLU between, named {@code mlp.0} to {@code mlp.6}. */
final class DeepMlp extends Layer {
  private final Linear first;
  private final LayerNorm firstNorm;
  private final Linear second;
  private final LayerNorm secondNorm;
  private final Linear third;

  DeepMlp(int in, int hidden, int out) {
    first = child("mlp.0", new Linear(in, hidden));
    firstNorm = child("mlp.1", new LayerNorm(hidden));
    second = child("mlp.3", new Linear(hidden, hidden));
    secondNorm = child("mlp.4", new LayerNorm(hidden));
    third = child("mlp.6", new Linear(hidden, out));
  }

  @Override
  public NDArray forward(Pass pass, NDArray x) {
    NDArray y = Nonlinearity.RELU.of(firstNorm.forward(pass, first.forward(pass, x)));
    NDArray z = Nonlinearity.RELU.of(secondNorm.forward(pass, second.forward(pass, y)));
    return third.forward(pass, z);
  }
}
