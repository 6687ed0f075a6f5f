package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.Safetensors;
import io.drivedistill.core.TensorFile;
import io.drivedistill.core.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Weights of a block in a file of either kind that {@link TensorFile} reads, safetensors or PyTorch
 * checkpoint, matched by published names. Settings return a changed copy:
 *
 * <pre>{@code
 * WeightsFile.at(path).withoutPrefix("lam.").load(block, manager);
 * }</pre>
 *
 * <p>F16, BF16 and F64 tensors become float32. BatchNorm's {@code num_batches_tracked} is passed
 * over. A module that appears under several names is found if any of them is in the file.
 */
public final class WeightsFile {
  private static final int PART_BYTES = 1 << 26;
  private static final String COUNTER = "num_batches_tracked";

  private final Path file;
  private final String prefix;
  private final UnaryOperator<String> rename;
  private final Predicate<String> allowedMissing;
  private final Predicate<String> allowedExtra;
  private final boolean narrowed;

  private WeightsFile(
      Path file,
      String prefix,
      UnaryOperator<String> rename,
      Predicate<String> allowedMissing,
      Predicate<String> allowedExtra,
      boolean narrowed) {
    this.file = file;
    this.narrowed = narrowed;
    this.prefix = prefix;
    this.rename = rename;
    this.allowedMissing = allowedMissing;
    this.allowedExtra = allowedExtra;
  }

  /**
   * Weights whose names are the block's own; nothing may be missing or extra.
   *
   * @param file whatever {@link TensorFile#open} takes
   */
  public static WeightsFile at(Path file) {
    return new WeightsFile(file, "", UnaryOperator.identity(), name -> false, name -> false, false);
  }

  /**
   * Takes the prefix off. Tensors without it are extra, unless none has it: so the same call loads
   * the published file and the bare one.
   */
  public WeightsFile withoutPrefix(String newPrefix) {
    return new WeightsFile(file, newPrefix, rename, allowedMissing, allowedExtra, narrowed);
  }

  /** Maps the file's names (after the prefix) to the block's. */
  public WeightsFile renamed(UnaryOperator<String> newRename) {
    return new WeightsFile(file, prefix, newRename, allowedMissing, allowedExtra, narrowed);
  }

  /** Lets these parameters of the block keep their values if the file lacks them. */
  public WeightsFile allowMissing(Predicate<String> newAllowedMissing) {
    return new WeightsFile(file, prefix, rename, newAllowedMissing, allowedExtra, narrowed);
  }

  /** Passes over tensors of the file (after prefix and renaming) that the block lacks. */
  public WeightsFile allowExtra(Predicate<String> newAllowedExtra) {
    return new WeightsFile(file, prefix, rename, allowedMissing, newAllowedExtra, narrowed);
  }

  /**
   * Keeps matrices as {@link Bfloat16} instead of float32; they cannot be trained. Vectors stay
   * float32.
   */
  public WeightsFile inBfloat16() {
    return new WeightsFile(file, prefix, rename, allowedMissing, allowedExtra, true);
  }

  /**
   * Loads every parameter and buffer of the block. Parameters that have a value already keep their
   * array and device and get new numbers; others get an array of {@code manager}. Whether a
   * parameter is trained does not change.
   *
   * @return what was loaded, with what was allowed to be missing or extra
   * @throws DriveDistillException listing all missing, extra and misshapen tensors; then no
   *     parameter was touched
   */
  public LoadReport load(Block block, NDManager manager) {
    try (TensorFile tensors = TensorFile.open(file)) {
      Match match = match(tensors, Weights.of(block));
      if (match.forbidden()) {
        throw doesNotFit(match.report());
      }
      match.fill(tensors, manager);
      return match.report();
    }
  }

  /**
   * Finds out what {@link #load} would do, from names and shapes alone: no parameter is touched,
   * and the block needs no values yet.
   *
   * @throws DriveDistillException listing all missing, extra and misshapen tensors
   */
  public LoadReport check(Block block) {
    try (TensorFile tensors = TensorFile.open(file)) {
      Match match = match(tensors, Weights.of(block));
      if (match.forbidden()) {
        throw doesNotFit(match.report());
      }
      return match.report();
    }
  }

  /**
   * Loads what has the name and shape of a parameter and leaves everything else as it is: the
   * backbone of a student from the weights of an image classifier, for example.
   *
   * @return what was loaded and what was not
   * @throws DriveDistillException if nothing fits
   */
  public LoadReport loadMatching(Block block, NDManager manager) {
    try (TensorFile tensors = TensorFile.open(file)) {
      Match match = match(tensors, Weights.of(block));
      if (match.sources().isEmpty()) {
        throw doesNotFit(match.report());
      }
      match.fill(tensors, manager);
      return match.report();
    }
  }

  private DriveDistillException doesNotFit(LoadReport report) {
    return new DriveDistillException(
        "The weights do not fit the model. " + report,
        "Maybe the file belongs to another model or size, or its names carry a prefix"
            + " (expected: '"
            + prefix
            + "').");
  }

  /** Which tensor of the file fills which parameter. */
  private record Match(
      Map<String, Parameter> parameters,
      Map<String, String> sources,
      LoadReport report,
      boolean forbidden,
      boolean narrowed) {
    private void fill(TensorFile tensors, NDManager manager) {
      Inference.run(
          () ->
              sources.forEach(
                  (ours, theirs) ->
                      WeightsFile.fill(parameters.get(ours), tensors, theirs, manager, narrowed)));
    }
  }

  /** Sizes of all tensors by the file's own names. */
  public Map<String, List<Long>> shapes() {
    try (TensorFile tensors = TensorFile.open(file)) {
      Map<String, List<Long>> shapes = new LinkedHashMap<>();
      tensors.names().forEach(name -> shapes.put(name, tensors.info(name).shape()));
      return shapes;
    }
  }

  private Match match(TensorFile tensors, Map<String, Parameter> parameters) {
    boolean prefixed = tensors.names().stream().anyMatch(name -> name.startsWith(prefix));
    Set<Parameter> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<String, String> sources = new LinkedHashMap<>();
    List<String> extra = new ArrayList<>();
    boolean forbidden = false;
    List<String> misshapen = new ArrayList<>();
    for (String theirs : tensors.names()) {
      if (theirs.endsWith(COUNTER)) {
        continue;
      }
      boolean ours = !prefixed || theirs.startsWith(prefix);
      String name =
          ours ? rename.apply(prefixed ? theirs.substring(prefix.length()) : theirs) : theirs;
      Parameter parameter = ours ? parameters.get(name) : null;
      if (parameter == null) {
        extra.add(theirs);
        forbidden |= !allowedExtra.test(name);
      } else if (fits(parameter, tensors.info(theirs))) {
        sources.put(name, theirs);
        found.add(parameter);
      } else {
        misshapen.add(
            theirs + " is " + tensors.info(theirs) + ", expected " + parameter.getShape());
        found.add(parameter);
      }
    }
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
      if (found.add(entry.getValue())) {
        missing.add(entry.getKey());
        forbidden |= !allowedMissing.test(entry.getKey());
      }
    }
    LoadReport report =
        new LoadReport(file, List.copyOf(sources.keySet()), missing, extra, misshapen);
    return new Match(parameters, sources, report, forbidden || !misshapen.isEmpty(), narrowed);
  }

  private static boolean fits(Parameter parameter, TensorInfo info) {
    return info.dtype().isFloating() && parameter.getShape().equals(new Shape(info.shapeArray()));
  }

  private static void fill(
      Parameter parameter, TensorFile tensors, String name, NDManager manager, boolean narrowed) {
    if (!parameter.isInitialized()) {
      boolean matrix = parameter.getShape().dimension() > 1;
      Weights.set(
          parameter,
          narrowed && matrix ? readBfloat16(tensors, name, manager) : read(tensors, name, manager));
      return;
    }
    NDArray target = parameter.getArray();
    try (NDArray value = read(tensors, name, target.getManager())) {
      target.set(new NDIndex("..."), value);
    }
  }

  /**
   * A floating point tensor as a float32 array whose memory the engine owns; a large one is read in
   * parts, so that only a part is in memory twice.
   */
  public static NDArray read(TensorFile tensors, String name, NDManager manager) {
    TensorInfo info = tensors.info(name);
    Shape shape = new Shape(info.shapeArray());
    if (info.dtype() == Dtype.F32 && info.bytes() <= PART_BYTES) {
      // The engine copies straight out of the mapped file.
      try (NDArray mapped = manager.create(tensors.bytes(name), shape, DataType.FLOAT32)) {
        return mapped.duplicate();
      }
    }
    if (info.elements() * Float.BYTES <= PART_BYTES) {
      return Constants.of(manager, tensors.floats(name), info.shapeArray());
    }
    NDArray whole = manager.create(shape);
    for (TensorRows rows : TensorRows.of(tensors, name, PART_BYTES / Float.BYTES)) {
      try (NDArray part = rows.read(manager)) {
        whole.set(new NDIndex(rows.first() + ":" + rows.end()), part);
      }
    }
    return whole;
  }

  /** A floating point tensor as {@link Bfloat16}; of a large one only a part is in memory twice. */
  private static NDArray readBfloat16(TensorFile tensors, String name, NDManager manager) {
    List<TensorRows> parts = TensorRows.of(tensors, name, PART_BYTES / Float.BYTES);
    if (parts.size() == 1) {
      try (NDArray wide = parts.get(0).read(manager)) {
        return Bfloat16.of(wide);
      }
    }
    NDArray whole;
    // Room that is never written takes no memory, and DJL cannot make bfloat16 itself.
    try (NDArray room = manager.create(new Shape(tensors.info(name).shapeArray()))) {
      whole = Bfloat16.of(room);
    }
    for (TensorRows rows : parts) {
      try (NDArray wide = rows.read(manager);
          NDArray part = Bfloat16.of(wide)) {
        whole.set(new NDIndex(rows.first() + ":" + rows.end()), part);
      }
    }
    return whole;
  }

  /**
   * Writes all parameters and buffers of a block as float32 under its names; a module that appears
   * under several names is written once, under the first. Readers see the whole file or none.
   *
   * @param metadata free text for the header, may be empty
   * @throws DriveDistillException if the disk is full or the folder cannot be written
   */
  public static void save(Block block, Path file, Map<String, String> metadata) {
    Safetensors.write(file, sources("", arrays(block)), metadata);
  }

  /** The arrays of a block by name, each once. */
  public static Map<String, NDArray> arrays(Block block) {
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    Weights.of(block)
        .forEach(
            (name, parameter) -> {
              if (seen.add(parameter)) {
                arrays.put(name, parameter.getArray());
              }
            });
    return arrays;
  }

  /** Float32 arrays as tensors to be written, each name with a prefix. */
  public static Map<String, Safetensors.Source> sources(
      String prefix, Map<String, NDArray> arrays) {
    Map<String, Safetensors.Source> sources = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) ->
            sources.put(
                prefix + name,
                Safetensors.Source.of(
                    Dtype.F32, array.getShape().getShape(), array::toByteBuffer)));
    return sources;
  }
}
