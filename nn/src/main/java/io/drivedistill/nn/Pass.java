package io.drivedistill.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

/**
 * One walk through a network: where the weights come from and whether this is training.
 *
 * @param store source of the weights; the exporter puts its recording store here
 * @param device where the activations live
 * @param training true switches dropout on and lets batch normalisation use batch statistics
 */
public record Pass(ParameterStore store, Device device, boolean training) {

  /** The value of a parameter, or null if there is none (a layer without bias). */
  public NDArray value(Parameter parameter) {
    return parameter == null ? null : store.getValue(parameter, device, training);
  }

  /** The same walk with dropout off and batch statistics frozen, for frozen parts of a network. */
  public Pass inference() {
    return new Pass(store, device, false);
  }
}
