package io.drivedistill.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.NetworkCost;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.Encoding;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentBatch;
import io.drivedistill.student.StudentChoice;
import io.drivedistill.student.StudentKind;
import io.drivedistill.student.StudentSample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Describes a student for people: what it takes and gives, its parts with parameters and
 * operations, its memory, and the names of what objectives can look at.
 */
public final class StudentDescription {
  private static final double BILLION = 1e9;
  private static final double MEBI = 1 << 20;

  private StudentDescription() {}

  /** Every kind on the class path, one line each. */
  public static List<String> list() {
    return StudentKind.all().stream()
        .map(
            kind ->
                String.format(
                    Locale.ROOT,
                    "%-14s %s Sizes: %s.",
                    kind.name(),
                    kind.description(),
                    String.join(", ", kind.presets().keySet())))
        .toList();
  }

  /**
   * Describes a kind of student.
   *
   * @param name of the kind
   * @param sizes name of a preset; the kind's first if empty
   * @throws DriveDistillException if there is no such kind or preset
   */
  public static List<String> of(String name, Optional<String> sizes) {
    String preset = preset(name, sizes);
    StudentChoice<?> choice = StudentChoice.named(name, preset);
    List<String> lines = new ArrayList<>();
    lines.add(name + ", sizes '" + preset + "': " + choice.kind().description());
    lines.addAll(of(choice));
    return lines;
  }

  /**
   * Which tensors of a checkpoint, published by this kind's authors or trained here as a baseline,
   * fill the student.
   *
   * @param file safetensors or a PyTorch checkpoint; no code in it is ever run
   * @throws DriveDistillException listing all missing, extra and misshapen tensors
   */
  public static String weights(String name, Optional<String> sizes, Path file) {
    StudentChoice<?> choice = StudentChoice.named(name, preset(name, sizes));
    try (NDManager manager = TensorLibrary.newManager()) {
      return "Weights: " + PlannerWeights.of(choice.kind(), file).load(choice.create(), manager);
    }
  }

  /** What is described where nobody names sizes. */
  private static String preset(String name, Optional<String> sizes) {
    return sizes.orElseGet(() -> StudentKind.named(name).presets().keySet().iterator().next());
  }

  /** Describes a student with its sizes. */
  public static List<String> of(StudentChoice<?> choice) {
    Student student = choice.create();
    List<String> lines = new ArrayList<>();
    try (NDManager manager = TensorLibrary.newManager()) {
      student.initialize(manager, 0);
      List<InputSpec> inputs = student.inputs().stream().map(StudentDescription::example).toList();
      NetworkCost cost = NetworkCost.of(student, inputs, StudentDescription::part);
      lines.add(String.format(Locale.ROOT, "Parameters: %,d", Weights.count(student)));
      lines.add(
          String.format(
              Locale.ROOT,
              "Driving one scene: %.3f GFLOPs, %.1f MiB of weights, %.1f MiB of activations",
              cost.operations() / BILLION,
              cost.weightBytes() / MEBI,
              cost.activationBytes() / MEBI));
      lines.add(
          "Parts, with the numbers that driving reads (parameters and running statistics; heads that"
              + " only training needs are not among them):");
      for (NetworkCost.Part part : cost.parts()) {
        lines.add(
            String.format(
                Locale.ROOT,
                "  %-36s %,12d numbers %10.3f GFLOPs",
                part.name(),
                part.parameters(),
                part.operations() / BILLION));
      }
      lines.add("Inputs:");
      student.inputs().forEach(spec -> lines.add("  " + text(spec)));
      lines.add("Output:");
      lines.add("  " + text(student.trajectory()));
      lines.add("Targets of training:");
      student.targets().forEach(spec -> lines.add("  " + text(spec)));
      lines.add("Nodes that objectives can look at:");
      Inference.run(() -> lines.addAll(nodes(student, manager)));
    }
    return lines;
  }

  /** Module path without layers: two names, or one where the second is a number. */
  private static String part(String parameter) {
    String[] names = parameter.split("\\.");
    boolean two = names.length > 2 && !names[1].matches("\\d+");
    return two ? names[0] + "." + names[1] : names[0];
  }

  private static InputSpec example(TensorSpec spec) {
    return spec.dtype() == Dtype.U8 ? InputSpec.of(spec, 0, 2) : InputSpec.of(spec, -1, 1);
  }

  private static String text(TensorSpec spec) {
    List<String> sizes =
        spec.shape().stream()
            .map(size -> size == TensorSpec.BATCH ? "B" : Long.toString(size))
            .toList();
    return String.format(
        Locale.ROOT,
        "%-18s %-4s %-24s %s: %s Frame: %s.",
        spec.name(),
        spec.dtype(),
        sizes,
        spec.unit(),
        spec.description(),
        spec.frame());
  }

  private static List<String> nodes(Student student, NDManager manager) {
    Map<String, SampleTensor> blank = new LinkedHashMap<>();
    for (TensorSpec spec : student.inputs()) {
      blank.put(spec.name(), zeros(spec));
    }
    StudentBatch batch =
        StudentBatch.of(manager, student, List.of(new StudentSample("", blank, Optional.empty())));
    Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
    Encoding encoding = student.encode(pass, new NDList(batch.sensors()));
    Map<String, NDArray> nodes = new LinkedHashMap<>();
    nodes.put("bev_tokens", encoding.bevTokens());
    nodes.put("image_tokens", encoding.imageTokens());
    nodes.put("status", encoding.status());
    nodes.putAll(student.predict(pass, encoding));
    List<String> lines = new ArrayList<>();
    nodes.forEach(
        (name, array) -> {
          List<String> sizes = new ArrayList<>(List.of("B"));
          for (int axis = 1; axis < array.getShape().dimension(); axis++) {
            sizes.add(Long.toString(array.getShape().get(axis)));
          }
          lines.add(String.format(Locale.ROOT, "  %-18s %s", name, sizes));
        });
    return lines;
  }

  private static SampleTensor zeros(TensorSpec spec) {
    long[] shape = spec.shape().stream().skip(1).mapToLong(Long::longValue).toArray();
    int count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, (int) size);
    }
    return spec.dtype() == Dtype.U8
        ? SampleTensor.ofBytes(new byte[count], shape)
        : SampleTensor.ofFloats(new float[count], shape);
  }
}
