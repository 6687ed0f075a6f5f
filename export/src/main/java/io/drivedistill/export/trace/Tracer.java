package io.drivedistill.export.trace;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one forward pass of a block in inference mode and records every array operation. Inputs and
 * parameters are handed to the block as stand-ins that compute with the real arrays.
 */
public final class Tracer {
  private Tracer() {}

  /**
   * Records one pass.
   *
   * @param block an initialised block
   * @param inputs example inputs by name, in the order the block takes them
   * @param parameters the block's parameters by dotted path
   * @throws DriveDistillException if a value leaves the tensor world, naming the Java line
   */
  public static Recording record(
      Block block, Map<String, NDArray> inputs, Map<String, Parameter> parameters) {
    Map<String, String> namesByUid = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> namesByUid.put(uidOf(name, parameter), name));
    Recorder recorder = new Recorder(namesByUid);
    NDList standIns = new NDList();
    List<Value> inputValues = new ArrayList<>();
    inputs.forEach(
        (name, array) -> {
          array.setName(name);
          NDArray standIn = recorder.input(name, array);
          standIns.add(standIn);
          inputValues.add(recorder.valueOf(standIn));
        });
    NDManager manager = inputs.values().iterator().next().getManager();
    boolean gradients = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      NDList outputs = block.forward(new TracedParameters(manager, recorder), standIns, false);
      if (outputs == null) {
        throw Escape.nothing(-1);
      }
      List<Value> outputValues = new ArrayList<>();
      List<String> outputNames = new ArrayList<>();
      for (NDArray output : outputs) {
        if (output == null) {
          throw Escape.nothing(outputValues.size());
        }
        outputValues.add(recorder.valueOf(output));
        outputNames.add(output.getName());
      }
      return new Recording(inputValues, List.copyOf(recorder.calls()), outputValues, outputNames);
    } catch (DriveDistillException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Escape.failed(inputs, e);
    } finally {
      recorder.release();
      JniUtils.setGradMode(gradients);
    }
  }

  private static String uidOf(String name, Parameter parameter) {
    if (!parameter.isInitialized()) {
      throw new DriveDistillException(
          "Parameter " + name + " of the block has no value",
          "Maybe call initialize or load a checkpoint before exporting.");
    }
    return parameter.getArray().getUid();
  }

  /** Gives the block stand-ins of its parameters. */
  private static final class TracedParameters extends ParameterStore {
    private final Recorder recorder;

    TracedParameters(NDManager manager, Recorder recorder) {
      super(manager, false);
      this.recorder = recorder;
    }

    @Override
    public NDArray getValue(Parameter parameter, Device device, boolean training) {
      NDArray real = super.getValue(parameter, device, training);
      return real == null ? null : recorder.held(real);
    }

    @Override
    public NDManager getManager() {
      return recorder.standInOf(super.getManager());
    }
  }
}
