package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A DJL block whose parameters have known shapes and published names. Sizes are constructor
 * arguments, so a module is initialised without example inputs, and a child or parameter is named
 * as in the published checkpoint; names may hold dots ({@code "attn.qkv"}).
 *
 * <p>Not thread safe while training; a frozen module may run in several threads.
 */
public abstract class Module extends AbstractBlock {
  private final Map<Parameter, Initialization> initializations = new LinkedHashMap<>();

  /** Adds a child under its published name. */
  protected final <B extends Block> B child(String name, B block) {
    return addChildBlock(name, block);
  }

  /** Adds a trainable parameter under its published name. */
  protected final Parameter parameter(String name, Initialization how, long... shape) {
    return parameter(name, Parameter.Type.OTHER, true, how, shape);
  }

  /** Adds a parameter that is never trained: counted, saved and loaded like the others. */
  protected final Parameter constant(String name, Initialization how, long... shape) {
    return parameter(name, Parameter.Type.OTHER, false, how, shape);
  }

  /** Adds a buffer: saved and loaded like a parameter, never trained (running statistics). */
  protected final Parameter buffer(String name, Initialization how, long... shape) {
    return parameter(name, Parameter.Type.RUNNING_MEAN, false, how, shape);
  }

  private Parameter parameter(
      String name, Parameter.Type type, boolean trainable, Initialization how, long... shape) {
    Parameter parameter =
        addParameter(
            Parameter.builder()
                .setName(name)
                .setType(type)
                .optRequiresGrad(trainable)
                .optShape(new Shape(shape))
                .build());
    initializations.put(parameter, how);
    return parameter;
  }

  final Initialization initializationOf(Parameter parameter) {
    return initializations.get(parameter);
  }

  /**
   * Runs the module.
   *
   * @param inputs arrays in the order the class documents
   */
  protected abstract NDList forward(Pass pass, NDList inputs);

  /**
   * Fills every parameter from the seed and its own name: independent of order and of the engine.
   */
  public final void initialize(NDManager manager, long seed) {
    Weights.initialize(this, manager, seed);
  }

  @Override
  protected final NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray first = inputs.head();
    return forward(new Pass(store, first.getDevice(), training), inputs);
  }

  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
    initialize(manager, 0L);
  }

  /** Modules do not infer output shapes; run them. */
  @Override
  public final Shape[] getOutputShapes(Shape[] inputShapes) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " knows its output shapes only by running forward");
  }
}
