package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.TensorLibrary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** Proof that an exported model computes what the DJL block computes. */
public final class Parity {
  /** Largest difference of float32 networks that is put down to rounding. */
  public static final double TOLERANCE = 1e-4;

  /** The same for outputs of half precision, whose numbers are up to 1e-3 apart. */
  private static final double HALF_TOLERANCE = 2e-3;

  private Parity() {}

  /**
   * How far one output is from DJL's, over all tried inputs.
   *
   * @param output name of the output
   * @param largestAbsolute largest difference of an element
   * @param largestRelative largest difference of an element over the largest magnitude that DJL
   *     gave in the same run
   * @param magnitude largest magnitude that DJL gave
   */
  public record Difference(
      String output, double largestAbsolute, double largestRelative, double magnitude) {

    private String inWords() {
      return String.format(
          Locale.ROOT,
          "%s by %.1e (%.4g, where DJL gives up to %.4g)",
          output,
          largestRelative,
          largestAbsolute,
          magnitude);
    }

    private Difference worse(Difference other) {
      return new Difference(
          output,
          Math.max(largestAbsolute, other.largestAbsolute),
          Math.max(largestRelative, other.largestRelative),
          Math.max(magnitude, other.magnitude));
    }
  }

  /**
   * What was compared.
   *
   * @param seed of the random inputs
   * @param batchSizes tried
   * @param tolerance on the relative difference
   * @param differences one per output
   */
  public record Report(
      long seed, List<Integer> batchSizes, double tolerance, List<Difference> differences) {
    /** The worst output's relative difference. */
    public double largestRelative() {
      return differences.stream().mapToDouble(Difference::largestRelative).max().orElse(0);
    }
  }

  /** Compares at batch sizes 1, 2 and 5, or as the inputs are where the batch is fixed. */
  public static Report check(Block block, OnnxModel model, List<String> blockOutputs, long seed) {
    boolean batched = model.inputs().stream().anyMatch(InputSpec::batched);
    return check(
        block, model, blockOutputs, seed, batched ? List.of(1, 2, 5) : List.of(1), TOLERANCE);
  }

  /**
   * Compares on random inputs.
   *
   * @param blockOutputs names of all arrays the block returns, in order
   * @throws DriveDistillException if an output differs by more than the tolerance
   */
  public static Report check(
      Block block,
      OnnxModel model,
      List<String> blockOutputs,
      long seed,
      List<Integer> batchSizes,
      double tolerance) {
    if (batchSizes.isEmpty()
        || batchSizes.stream().anyMatch(size -> size < 1)
        || !blockOutputs.containsAll(model.outputs())) {
      throw new DriveDistillException(
          "Nothing can be compared at batch sizes "
              + batchSizes
              + " where the model's outputs are "
              + model.outputs()
              + " and the block's "
              + blockOutputs,
          "Maybe name all arrays that the block returns as at the export, and sizes from 1 on.");
    }
    Map<String, Difference> worst = new LinkedHashMap<>();
    try (OnnxSession session = OnnxSession.of(model, SessionSettings.cpu(2));
        NDManager manager = TensorLibrary.newManager()) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int batch : batchSizes) {
        compare(block, model, blockOutputs, session, manager, batch, random)
            .forEach(d -> worst.merge(d.output(), d, Difference::worse));
      }
    }
    Report report =
        new Report(seed, List.copyOf(batchSizes), tolerance, List.copyOf(worst.values()));
    List<Difference> beyond =
        report.differences().stream()
            .filter(d -> !(d.largestRelative() <= allowed(model, d.output(), tolerance)))
            .toList();
    if (!beyond.isEmpty()) {
      throw new DriveDistillException(
          "The exported model differs from the DJL block by more than "
              + allowed(model, beyond.get(0).output(), tolerance)
              + " of an output's largest value: "
              + beyond.stream().map(Difference::inWords).toList(),
          "Maybe a constant was computed from the example inputs, or an operation is mapped"
              + " wrongly; export the parts of the block one by one to find it.");
    }
    return report;
  }

  private static double allowed(OnnxModel model, String output, double tolerance) {
    boolean half =
        model.proto().getGraph().getOutputList().stream()
            .filter(info -> info.getName().equals(output))
            .anyMatch(
                info ->
                    info.getType().getTensorType().getElemType()
                        == TensorProto.DataType.FLOAT16.getNumber());
    return half ? Math.max(tolerance, HALF_TOLERANCE) : tolerance;
  }

  private static List<Difference> compare(
      Block block,
      OnnxModel model,
      List<String> blockOutputs,
      OnnxSession session,
      NDManager parent,
      int batch,
      SplittableRandom random) {
    boolean gradients = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try (NDManager manager = parent.newSubManager()) {
      NDList arrays = new NDList();
      Map<String, HostTensor> inputs = new LinkedHashMap<>();
      for (InputSpec input : model.inputs()) {
        NDArray array = input.random(manager, batch, random);
        array.setName(input.name());
        arrays.add(array);
        inputs.put(input.name(), HostTensor.of(array));
      }
      inputs.keySet().retainAll(session.inputNames());
      NDList expected = reference(block, arrays, manager, batch);
      Map<String, HostTensor> actual = run(session, inputs, batch);
      List<Difference> differences = new ArrayList<>();
      for (String output : model.outputs()) {
        NDArray reference = expected.get(blockOutputs.indexOf(output));
        HostTensor given = actual.get(output);
        differences.add(
            difference(
                output,
                batch == 1 ? squeezedLike(given, reference) : HostTensor.of(reference),
                given));
      }
      return differences;
    } finally {
      JniUtils.setGradMode(gradients);
    }
  }

  private static Map<String, HostTensor> run(
      OnnxSession session, Map<String, HostTensor> inputs, int batch) {
    try {
      return session.run(inputs);
    } catch (DriveDistillException e) {
      throw new DriveDistillException(
          "ONNX Runtime cannot run the model at batch size "
              + batch
              + ", where DJL can: "
              + e.getMessage().lines().findFirst().orElse(""),
          "Maybe the block cuts the batch axis and needs more examples than that; give Parity.check"
              + " the batch sizes to compare at.",
          e);
    }
  }

  private static NDList reference(Block block, NDList arrays, NDManager manager, int batch) {
    try {
      return block.forward(new ParameterStore(manager, false), arrays, false);
    } catch (RuntimeException e) {
      throw new DriveDistillException(
          "DJL itself cannot run the block at batch size " + batch + ": " + e.getMessage(),
          "Maybe it needs more examples than that, or drops a batch of one; give Parity.check the"
              + " batch sizes to compare at.",
          e);
    }
  }

  /**
   * A block that squeezes drops the batch axis at batch size one and no other; the exported model
   * keeps it.
   */
  private static HostTensor squeezedLike(HostTensor given, NDArray reference) {
    HostTensor tensor = HostTensor.of(reference);
    boolean axesOfOne =
        given.shape().size() > tensor.shape().size()
            && withoutOnes(given).equals(withoutOnes(tensor));
    return axesOfOne ? new HostTensor(tensor.type(), given.shape(), tensor.data()) : tensor;
  }

  private static List<Long> withoutOnes(HostTensor tensor) {
    return tensor.shape().stream().filter(size -> size != 1).toList();
  }

  private static Difference difference(String output, HostTensor expected, HostTensor actual) {
    if (!expected.shape().equals(actual.shape()) || expected.type() != actual.type()) {
      throw new DriveDistillException(
          "Output "
              + output
              + " is "
              + actual.type()
              + actual.shape()
              + " in ONNX Runtime and "
              + expected.type()
              + expected.shape()
              + " in DJL",
          "Maybe the network treats a batch of this size in another way than the traced one.");
    }
    double[] a = expected.toDoubles();
    double[] b = actual.toDoubles();
    double magnitude = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      boolean same = a[i] == b[i] || (Double.isNaN(a[i]) && Double.isNaN(b[i]));
      double distance = same ? 0 : Math.abs(a[i] - b[i]);
      largest = Math.max(largest, Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance);
      magnitude = Double.isFinite(a[i]) ? Math.max(magnitude, Math.abs(a[i])) : magnitude;
    }
    double relative = largest == 0 ? 0 : largest / Math.max(magnitude, Double.MIN_NORMAL);
    return new Difference(output, largest, relative, magnitude);
  }
}
