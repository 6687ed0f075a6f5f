package io.drivedistill.nn.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of one step. A trained parameter is seen through a fresh leaf that shares its memory,
 * so that a parameter the step does not touch has no gradient at all, nothing need be zeroed, and
 * views of weights die with the step. All other parameters are constants.
 */
final class StepWeights extends ParameterStore {
  private final NDManager manager;
  private final Map<String, Parameter> trained;
  private final IdentityHashMap<Parameter, NDArray> leaves = new IdentityHashMap<>();

  StepWeights(NDManager manager, Map<String, Parameter> trained) {
    super(manager, false);
    this.manager = manager;
    this.trained = trained;
    trained.values().forEach(parameter -> leaves.put(parameter, leaf(parameter)));
  }

  private NDArray leaf(Parameter parameter) {
    NDArray leaf = parameter.getArray().stopGradient();
    leaf.attach(manager);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  @Override
  public NDArray getValue(Parameter parameter, Device device, boolean training) {
    if (parameter == null) {
      return null;
    }
    NDArray value = leaves.get(parameter);
    if (value == null && parameter.requiresGradient()) {
      value = parameter.getArray().stopGradient();
      value.attach(manager);
      leaves.put(parameter, value);
    }
    if (value == null) {
      value = parameter.getArray();
    }
    if (!value.getDevice().equals(device)) {
      throw new IllegalStateException(
          "Parameter "
              + parameter.getName()
              + " is on "
              + value.getDevice()
              + ", the activations are on "
              + device);
    }
    return value;
  }

  /** After the backward pass: the gradients of the parameters that have one. */
  Map<String, NDArray> gradients() {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    trained.forEach(
        (name, parameter) -> {
          NDArray gradient = JniUtils.getGradient((PtNDArray) leaves.get(parameter));
          if (gradient != null) {
            gradients.put(name, gradient);
          }
        });
    return gradients;
  }
}
