package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.TensorLibrary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Latency of an exported model in ONNX Runtime, and of the same block run by DJL. */
public final class ModelLatency {
  private ModelLatency() {}

  /** A model in memory, inputs and outputs in memory that stays; batch size 1. */
  public static LatencyBench.Report onnxRuntime(
      OnnxModel model, SessionSettings session, LatencyBench.Settings settings) {
    return measure(() -> OnnxSession.of(model, session), session, settings);
  }

  /** A model file, on random inputs of the shapes that it states; open sizes are one. */
  public static LatencyBench.Report onnxRuntime(
      Path model, SessionSettings session, LatencyBench.Settings settings) {
    return measure(() -> OnnxSession.open(model, session), session, settings);
  }

  private static LatencyBench.Report measure(
      Supplier<OnnxSession> loading, SessionSettings session, LatencyBench.Settings settings) {
    long start = System.nanoTime();
    try (OnnxSession loaded = loading.get()) {
      double loadMs = (System.nanoTime() - start) / 1e6;
      return measure(loaded, session, loadMs, settings);
    }
  }

  private static LatencyBench.Report measure(
      OnnxSession session, SessionSettings how, double loadMs, LatencyBench.Settings settings) {
    Map<String, HostTensor> inputs = session.exampleInputs(new SplittableRandom(1));
    OnnxSession.Binding[] binding = new OnnxSession.Binding[1];
    try {
      return LatencyBench.measure(
          "ONNX Runtime, " + how.provider(),
          how.threads(),
          loadMs,
          settings,
          () -> {
            if (binding[0] == null) {
              binding[0] = session.bind(inputs);
            } else {
              binding[0].run();
            }
          });
    } finally {
      if (binding[0] != null) {
        binding[0].close();
      }
    }
  }

  /** The block run by DJL without export; batch size 1, the engine's own number of threads. */
  public static LatencyBench.Report eager(
      Block block, List<InputSpec> inputs, LatencyBench.Settings settings) {
    boolean gradients = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try (NDManager manager = TensorLibrary.newManager()) {
      SplittableRandom random = new SplittableRandom(1);
      NDList arrays = new NDList();
      inputs.forEach(input -> arrays.add(input.random(manager, 1, random)));
      ParameterStore store = new ParameterStore(manager, false);
      return LatencyBench.measure(
          "DJL, PyTorch engine, CPU",
          JniUtils.getNumThreads(),
          0,
          settings,
          () -> {
            try (NDManager step = manager.newSubManager()) {
              NDList given = new NDList();
              for (NDArray array : arrays) {
                NDArray copy = array.duplicate();
                copy.attach(step);
                given.add(copy);
              }
              for (NDArray output : block.forward(store, given, false)) {
                HostTensor.of(output);
              }
            }
          });
    } finally {
      JniUtils.setGradMode(gradients);
    }
  }
}
