package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Latency of an exported model in ONNX Runtime, and of the same block run by DJL. */
public final class ModelLatency {
  private ModelLatency() {}

  /** ONNX Runtime on the CPU, inputs and outputs in memory that stays; batch size 1. */
  public static LatencyBench.Report onnxRuntime(
      OnnxModel model, int threads, LatencyBench.Settings settings) {
    byte[] bytes = model.bytes();
    long start = System.nanoTime();
    try (OnnxSession session = OnnxSession.of(bytes, threads);
        NDManager manager = NDManager.newBaseManager()) {
      double loadMs = millisSince(start);
      Map<String, HostTensor> inputs = new LinkedHashMap<>();
      SplittableRandom random = new SplittableRandom(1);
      for (InputSpec input : model.inputs()) {
        inputs.put(input.name(), HostTensor.of(input.random(manager, 1, random)));
      }
      return measure(session, inputs, threads, loadMs, settings);
    }
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** A model file in ONNX Runtime on the CPU, on random inputs of the shapes that it states. */
  public static LatencyBench.Report onnxRuntime(
      Path model, int threads, LatencyBench.Settings settings) {
    long start = System.nanoTime();
    try (OnnxSession session = OnnxSession.open(model, threads)) {
      double loadMs = millisSince(start);
      Map<String, HostTensor> inputs = session.exampleInputs(new SplittableRandom(1));
      return measure(session, inputs, threads, loadMs, settings);
    }
  }

  private static LatencyBench.Report measure(
      OnnxSession session,
      Map<String, HostTensor> inputs,
      int threads,
      double loadMs,
      LatencyBench.Settings settings) {
    OnnxSession.Binding[] binding = new OnnxSession.Binding[1];
    try {
      return LatencyBench.measure(
          "ONNX Runtime, CPU",
          threads,
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
    try (NDManager manager = NDManager.newBaseManager()) {
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
