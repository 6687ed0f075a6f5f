package io.drivedistill.nn.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Safetensors;
import io.drivedistill.core.TensorInfo;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.WeightsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A folder with inputs, intermediate values, results and gradients that a reference implementation
 * computed, to hold a block against.
 *
 * <pre>{@code
 * try (ParityFixture fixture = ParityFixture.open(folder)) {
 *   fixture.weights().load(block, manager);
 *   fixture.check("out/y", block.forward(pass, fixture.input(manager, "in/x")));
 *   fixture.assertAllPass();
 * }
 * }</pre>
 *
 * <p>The folder holds {@code config.json} (model sizes; optional {@code gradient_l2_norms} per
 * parameter and {@code rules} of {@link FormulaWeights}), {@code io.safetensors} (tensors {@code
 * in/ mid/ out/ loss/ grad/}) and, unless the weights follow a formula, {@code
 * weights.safetensors}. Not thread safe.
 */
public final class ParityFixture implements AutoCloseable {
  private static final String INNER = "mid/";

  private final Path folder;
  private final JsonNode config;
  private final Safetensors tensors;
  private final Tolerance tolerance;
  private final FixtureOptions options;
  private final ReferenceGradients gradients;
  private final List<Comparison> comparisons = new ArrayList<>();
  private final Set<String> used = new HashSet<>();

  private ParityFixture(Path folder, JsonNode config, Safetensors tensors, Tolerance tolerance) {
    this.folder = folder;
    this.config = config;
    this.tensors = tensors;
    this.tolerance = tolerance;
    options = FixtureOptions.of(config, folder.resolve("config.json").toAbsolutePath().toString());
    gradients = new ReferenceGradients(tensors, options, tolerance);
  }

  /**
   * Opens a fixture folder.
   *
   * @throws DriveDistillException if a file is missing or damaged
   */
  public static ParityFixture open(Path folder) {
    return open(folder, Tolerance.DEFAULT);
  }

  /** Opens a fixture folder that was recorded with another precision. */
  public static ParityFixture open(Path folder, Tolerance tolerance) {
    Path file = folder.resolve("config.json");
    JsonNode config;
    try {
      config = new ObjectMapper().readTree(Files.readString(file));
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the fixture's " + file.toAbsolutePath() + ": " + e,
          "Maybe the folder is no fixture; it needs config.json and io.safetensors.",
          e);
    }
    return new ParityFixture(
        folder, config, Safetensors.open(folder.resolve("io.safetensors")), tolerance);
  }

  /** The folder's name. */
  public String name() {
    return folder.getFileName().toString();
  }

  /** Everything {@code config.json} says, for tests that need no more than a look. */
  public JsonNode config() {
    return config;
  }

  /** The reference tensors themselves, for tests that work on Java arrays. */
  public Safetensors tensors() {
    return tensors;
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** What {@code config.json} calls its model; empty where it says nothing. */
  public String model() {
    return config.path("model").asText("");
  }

  /** What {@code config.json} says of the model; whoever builds it must read all of it. */
  public FixtureOptions options() {
    return options;
  }

  /** The reference weights; their names carry no prefix. */
  public WeightsFile weights() {
    return weights("weights.safetensors");
  }

  /** Weights in another file of the folder. */
  public WeightsFile weights(String file) {
    return WeightsFile.at(folder.resolve(file));
  }

  /**
   * The formula that makes the weights.
   *
   * @throws DriveDistillException if the weights do not follow a formula
   */
  public FormulaWeights formulaWeights() {
    if (!config.has("rules")) {
      throw new DriveDistillException(
          folder.toAbsolutePath() + "/config.json has no 'rules' for formula weights",
          "Maybe the fixture holds weights.safetensors instead.");
    }
    return FormulaWeights.of(options.tree("rules"));
  }

  /** Names of all tensors. */
  public Set<String> names() {
    return tensors.names();
  }

  /** Whether there is such a tensor. */
  public boolean has(String tensor) {
    return tensors.contains(tensor);
  }

  /** Sizes of a tensor. */
  public long[] shape(String tensor) {
    return tensors.info(tensor).shapeArray();
  }

  /** A tensor of whole numbers, row-major. */
  public long[] longs(String tensor) {
    used.add(tensor);
    return tensors.longs(tensor);
  }

  /** A floating tensor, row-major. */
  public float[] floats(String tensor) {
    used.add(tensor);
    return tensors.floats(tensor);
  }

  /** A floating tensor, row-major, in double precision. */
  public double[] doubles(String tensor) {
    used.add(tensor);
    return Numbers.of(tensors, tensor);
  }

  /**
   * A tensor as an array of its own type: float32, float64, int64, int32, uint8; Booleans become
   * uint8.
   *
   * @throws DriveDistillException if there is no such tensor
   */
  public NDArray input(NDManager manager, String tensor) {
    used.add(tensor);
    TensorInfo info = tensors.info(tensor);
    DataType type =
        switch (info.dtype()) {
          case F32 -> DataType.FLOAT32;
          case F64 -> DataType.FLOAT64;
          case I64 -> DataType.INT64;
          case I32 -> DataType.INT32;
          case U8, BOOL -> DataType.UINT8;
          case I8 -> DataType.INT8;
          case F16, BF16, I16 -> null;
        };
    if (type == null) {
      return WeightsFile.read(tensors, tensor, manager);
    }
    ByteBuffer bytes = tensors.bytes(tensor);
    try (NDArray mapped = manager.create(bytes, new Shape(info.shapeArray()), type)) {
      return mapped.duplicate();
    }
  }

  /** Compares an array with the tensor of this name; failures are collected, not thrown. */
  public Comparison check(String tensor, NDArray actual) {
    return check(tensor, actual, tolerance);
  }

  /** Compares with a tolerance of its own. */
  public Comparison check(String tensor, NDArray actual, Tolerance limit) {
    return check(tensor, Numbers.of(actual), actual.getShape().getShape(), null, limit);
  }

  /**
   * Compares only where the mask is not zero.
   *
   * @param mask as many elements as the tensor, or fewer by a whole factor: then each stands for a
   *     run of elements, as a mask [N] does for [N, C]
   */
  public Comparison checkWhere(String tensor, NDArray actual, float[] mask) {
    return check(tensor, Numbers.of(actual), actual.getShape().getShape(), mask, tolerance);
  }

  /** Compares one number. */
  public Comparison check(String tensor, double actual) {
    return check(tensor, new double[] {actual}, null, null, tolerance);
  }

  /** Compares whole numbers, row-major; only the number of elements is compared of the shape. */
  public Comparison check(String tensor, long[] actual) {
    return check(tensor, Arrays.stream(actual).asDoubleStream().toArray(), null, null, tolerance);
  }

  /** Compares Java values, row-major; only the number of elements is compared of the shape. */
  public Comparison check(String tensor, float[] actual) {
    return check(tensor, Numbers.of(actual), null, null, tolerance);
  }

  private Comparison check(
      String tensor, double[] actual, long[] shape, float[] mask, Tolerance limit) {
    used.add(tensor);
    List<Long> expected = tensors.info(tensor).shape();
    double[] reference = Numbers.of(tensors, tensor);
    Comparison comparison;
    if (actual.length != reference.length
        || (shape != null && !expected.equals(Arrays.stream(shape).boxed().toList()))) {
      String found = shape == null ? actual.length + " elements" : Arrays.toString(shape);
      comparison = Comparison.impossible(tensor, "shape " + found + ", expected " + expected);
    } else {
      Tolerance allowed = Numbers.areIntegers(tensors, tensor) ? Tolerance.EXACT : limit;
      comparison = Comparison.between(tensor, actual, reference, mask, allowed);
    }
    comparisons.add(comparison);
    return comparison;
  }

  /**
   * Compares the gradients that the parameters of a block hold with all {@code grad/} tensors and
   * {@code gradient_l2_norms} that name a parameter. A reference norm for a parameter without
   * gradient fails.
   */
  public void checkGradients(Block block) {
    checkGradients(Weights.of(block));
  }

  /** Like {@link #checkGradients(Block)} for parameters of several blocks. */
  public void checkGradients(Map<String, Parameter> parameters) {
    checkGradients(parameters, "");
  }

  /**
   * Compares with the tensors and norms of one of several backward passes.
   *
   * @param phase before {@code grad/} and {@code gradnorm/} in their names, such as {@code train_}
   */
  public void checkGradients(Map<String, Parameter> parameters, String phase) {
    Inference.run(
        () -> {
          gradients
              .stored(parameters, phase)
              .forEach(
                  (tensor, parameter) -> {
                    try (NDArray gradient = parameter.getArray().getGradient()) {
                      check(tensor, gradient);
                    }
                  });
          for (Comparison norm : gradients.compareNorms(parameters, phase)) {
            used.add(norm.name());
            comparisons.add(norm);
          }
        });
  }

  /** All comparisons so far. */
  public List<Comparison> comparisons() {
    return List.copyOf(comparisons);
  }

  /** Those that failed. */
  public List<Comparison> failures() {
    return comparisons.stream().filter(c -> c.verdict() == Comparison.Verdict.FAIL).toList();
  }

  /** Says of a tensor why nothing is compared with it, or why it is not read. */
  public void omit(String tensor, String why) {
    if (used.add(tensor)) {
      comparisons.add(Comparison.omitted(tensor, why));
    }
  }

  /** Compares a whole number that {@code config.json} states. */
  public void checkOption(String option, long actual) {
    double[] expected = {options.number(option)};
    double[] found = {actual};
    comparisons.add(Comparison.between(option, found, expected, null, Tolerance.EXACT));
  }

  /**
   * Closes the books: compares inner values ({@code mid/}) that nobody compared with everything the
   * model computed, and finds what else was left out. A result, loss or gradient that nothing was
   * compared with fails. An input or option that nobody read is listed: where it matters, the
   * results fail.
   *
   * @param manager owner of everything computed
   */
  public void finish(NDManager manager) {
    for (String option : options.unread()) {
      comparisons.add(
          Comparison.omitted(
              "config.json: " + option, "an option that is not known here; results decide"));
    }
    for (String key : gradients.norms()) {
      if (!used.contains(key)) {
        comparisons.add(Comparison.impossible(key, "no gradient of this name was computed"));
      }
    }
    List<NDArray> computed = manager.getManagedArrays();
    for (String tensor : tensors.names()) {
      if (!used.contains(tensor)) {
        comparisons.add(leftOver(tensor, computed));
      }
    }
  }

  private Comparison leftOver(String tensor, List<NDArray> computed) {
    if (tensor.startsWith(INNER)) {
      return InnerValues.find(tensor, tensors, computed, tolerance);
    }
    return tensor.startsWith("in/") || tensor.contains("/in/")
        ? Comparison.omitted(tensor, "an input that is not read here; results decide")
        : Comparison.impossible(tensor, "this program computes nothing of this name");
  }

  /** Tensors under {@code out/} and {@code loss/} that nothing was compared with. */
  public List<String> unchecked() {
    Set<String> checked = comparisons.stream().map(Comparison::name).collect(Collectors.toSet());
    return tensors.names().stream()
        .filter(name -> name.startsWith("out/") || name.startsWith("loss/"))
        .filter(name -> !checked.contains(name))
        .toList();
  }

  /**
   * Ends the comparison.
   *
   * @throws DriveDistillException with the table of failures if any comparison failed or none was
   *     made
   */
  public void assertAllPass() {
    List<Comparison> failures = failures();
    if (comparisons.isEmpty() || !failures.isEmpty()) {
      throw new DriveDistillException(
          failures.size()
              + " of "
              + comparisons.size()
              + " comparisons with "
              + folder
              + " failed"
              + System.lineSeparator()
              + failures.stream()
                  .map(Comparison::toString)
                  .collect(Collectors.joining(System.lineSeparator())),
          "Maybe an option of the model differs from the fixture's config.json; the first failing"
              + " mid/ tensor shows where.");
    }
  }

  /** Closes the files; arrays handed out stay valid. */
  @Override
  public void close() {
    tensors.close();
  }
}
