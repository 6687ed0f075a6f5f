package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.graph.GraphValidation;
import io.drivedistill.export.lowering.Lowerings;
import io.drivedistill.export.trace.Recording;
import io.drivedistill.export.trace.Tracer;
import io.drivedistill.nn.TensorLibrary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * Exports any DJL block to ONNX by recording its forward pass at inference.
 *
 * <p>The block runs on random inputs, once for a fixed batch, twice at neighbouring batch sizes for
 * a free one. Operations on parameters and inputs become nodes; what depends on neither is computed
 * by DJL and becomes a constant. The target is ONNX operator set {@value #OPSET} (file format
 * {@value #IR_VERSION}), which ONNX Runtime 1.17 and TensorRT 10 and later read.
 */
public final class OnnxExporter {
  /** Operator set of exported models: the first with the Gelu operator. */
  public static final int OPSET = 20;

  /** File format version that goes with the operator set. */
  public static final int IR_VERSION = 9;

  private static final long TRACED_BATCH = 2;

  private final Lowerings lowerings;

  /** An exporter that knows the operations of this module. */
  public OnnxExporter() {
    this(Lowerings.standard());
  }

  /** An exporter with operations of your own. */
  public OnnxExporter(Lowerings lowerings) {
    this.lowerings = lowerings;
  }

  /**
   * Exports all outputs.
   *
   * @param block an initialised block
   * @param inputs its inputs in the order it takes them
   * @param outputNames one name per array the block returns
   * @throws DriveDistillException if a value leaves the tensor world, an operation has no mapping
   *     or the shapes do not allow a free batch; the message names the Java line
   */
  public OnnxModel export(Block block, List<InputSpec> inputs, List<String> outputNames) {
    return export(block, inputs, outputNames, outputNames);
  }

  /**
   * Exports some outputs; what only the others need is left out.
   *
   * @param outputNames one name per array the block returns
   * @param kept the names of those to export
   */
  public OnnxModel export(
      Block block, List<InputSpec> inputs, List<String> outputNames, List<String> kept) {
    ModelNames.check(inputs, outputNames, kept);
    Map<String, Parameter> parameters = ParameterPaths.of(block);
    boolean batched = inputs.stream().anyMatch(InputSpec::batched);
    try (NDManager manager = TensorLibrary.newManager()) {
      Recording whole = record(block, inputs, parameters, manager, TRACED_BATCH);
      requireOutputs(whole, outputNames);
      List<Integer> indices = kept.stream().map(outputNames::indexOf).toList();
      LongFunction<Recording> at =
          batch -> record(block, inputs, parameters, manager, batch).keeping(indices);
      Recording first = whole.keeping(indices);
      Recording second = first;
      if (batched) {
        second = at.apply(TRACED_BATCH + 1);
        BatchGrowth.check(first, second, () -> at.apply(TRACED_BATCH + 2), TRACED_BATCH);
      }
      GraphProto graph =
          new Translation(first, second, TRACED_BATCH, lowerings, kept).graph(nameOf(block));
      ModelProto model =
          ModelProto.newBuilder()
              .setIrVersion(IR_VERSION)
              .setProducerName("DriveDistill")
              .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
              .setGraph(graph)
              .build();
      GraphValidation.check(model);
      return new OnnxModel(model, List.copyOf(inputs), List.copyOf(kept));
    }
  }

  private static Recording record(
      Block block,
      List<InputSpec> inputs,
      Map<String, Parameter> parameters,
      NDManager parent,
      long batch) {
    try (NDManager manager = parent.newSubManager()) {
      SplittableRandom random = new SplittableRandom(batch);
      Map<String, NDArray> examples = new LinkedHashMap<>();
      inputs.forEach(input -> examples.put(input.name(), input.random(manager, batch, random)));
      return Tracer.record(block, examples, parameters);
    }
  }

  /** An anonymous class has no name of its own, and ONNX wants one. */
  private static String nameOf(Block block) {
    String name = block.getClass().getSimpleName();
    return name.isEmpty() ? "network" : name;
  }

  private static void requireOutputs(Recording recording, List<String> outputNames) {
    int count = recording.outputs().size();
    if (count != outputNames.size()) {
      throw new DriveDistillException(
          "The block returns "
              + count
              + " arrays "
              + IntStream.range(0, count).mapToObj(i -> recording.outputs().get(i).shape()).toList()
              + ", names are given for "
              + outputNames,
          "Maybe give one name per returned array, in order.");
    }
  }
}
