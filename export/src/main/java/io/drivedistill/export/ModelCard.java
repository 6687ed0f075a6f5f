package io.drivedistill.export;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.TensorSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What whoever runs an exported model must know. It is written beside the model and, word for word,
 * into the model's metadata.
 *
 * @param name of the model
 * @param inputs in order
 * @param outputs in order
 * @param opset ONNX operator set
 * @param parameters number of numbers the model was trained to
 * @param provenance how the model was made
 * @param scores by name, for example of NAVSIM; empty where none was taken
 * @param parity proof that the float32 model computes what was trained
 * @param latency as measured, with what
 * @param precisions the model in each number format, float32 first
 * @param pointCounting proof that the model counts LiDAR points as it was trained with; empty where
 *     it does not count
 * @param student kind and sizes of the network as experiments name them, from which follows how a
 *     scene becomes its inputs; empty for a model that is no student
 */
public record ModelCard(
    String name,
    List<Port> inputs,
    List<Port> outputs,
    int opset,
    long parameters,
    Map<String, String> provenance,
    Map<String, Double> scores,
    Parity.Report parity,
    List<LatencyBench.Report> latency,
    List<PrecisionResult> precisions,
    Optional<PointCounting> pointCounting,
    Optional<Map<String, Object>> student) {

  /** Name of the file beside the model. */
  public static final String FILE = "card.json";

  /** Copies, maps sorted by key. */
  public ModelCard {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
    scores = Collections.unmodifiableMap(new TreeMap<>(scores));
    latency = List.copyOf(latency);
    precisions = List.copyOf(precisions);
  }

  /**
   * One input or output.
   *
   * @param tensor name, type, shape, unit and frame
   * @param normalization what happens to raw values before or inside the model, in words
   */
  public record Port(TensorSpec tensor, String normalization) {}

  /**
   * What a number format costs and gains.
   *
   * @param precision of weights and activations
   * @param file beside the card
   * @param weightBytes of all weights and constants
   * @param largestRelative largest difference of the output over its largest magnitude: of float32
   *     to the trained network on random inputs, of the others to float32 on the scored scenes, or
   *     as of float32 where none was driven
   * @param largestChangeM largest distance between a pose it plans and the one that the float32
   *     model plans, over the scored scenes
   * @param score driving score of its plans, in [0, 1]; empty where no scene was driven
   * @param scenes that were driven
   * @param latency in ONNX Runtime
   */
  public record PrecisionResult(
      Precision precision,
      String file,
      long weightBytes,
      double largestRelative,
      double largestChangeM,
      Optional<Double> score,
      int scenes,
      LatencyBench.Report latency) {}

  /**
   * Clouds that were counted inside the model and by the student's own preparation, with the same
   * count in every cell.
   *
   * @param clouds compared
   * @param points in them
   */
  public record PointCounting(int clouds, long points) {}

  /** Name of the metadata that {@link #student} is written to. */
  public static final String STUDENT_FACT = "drivedistill.student";

  /** The card as metadata of an ONNX file: one JSON text per field. */
  public Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("drivedistill.name", name);
    facts.put("drivedistill.inputs", JsonFiles.text(inputs));
    facts.put("drivedistill.outputs", JsonFiles.text(outputs));
    facts.put("drivedistill.opset", Integer.toString(opset));
    facts.put("drivedistill.parameters", Long.toString(parameters));
    facts.put("drivedistill.provenance", JsonFiles.text(provenance));
    facts.put("drivedistill.scores", JsonFiles.text(scores));
    facts.put("drivedistill.parity", JsonFiles.text(parity));
    facts.put("drivedistill.latency", JsonFiles.text(latency));
    facts.put("drivedistill.precisions", JsonFiles.text(precisions));
    pointCounting.ifPresent(
        counting -> facts.put("drivedistill.pointCounting", JsonFiles.text(counting)));
    student.ifPresent(kind -> facts.put(STUDENT_FACT, JsonFiles.text(kind)));
    return facts;
  }

  /**
   * Writes a folder that holds {@code NAME.onnx}, the same in other precisions, {@value #FILE} and
   * their {@link Checksums}; an older folder is replaced as a whole.
   */
  public void write(Path folder, Map<Precision, OnnxModel> models) {
    AtomicFiles.writeDirectory(
        folder,
        partial -> {
          models.forEach(
              (precision, model) -> {
                Map<String, String> facts = new TreeMap<>(facts());
                facts.put("drivedistill.precision", precision.name());
                model.describedBy(facts).write(partial.resolve(precision.fileOf(name)));
              });
          JsonFiles.write(partial.resolve(FILE), this);
          Checksums.write(partial);
        });
  }

  /** Names of all files that {@link #write} can leave for a model of some name. */
  public static Set<String> filesOf(String name) {
    Set<String> files = new TreeSet<>(Set.of(FILE, Checksums.FILE));
    for (Precision precision : Precision.values()) {
      files.add(precision.fileOf(name));
      files.add(ExternalData.fileOf(Path.of(precision.fileOf(name))).toString());
    }
    return files;
  }

  /** Reads a card. */
  public static ModelCard read(Path folder) {
    return JsonFiles.read(folder.resolve(FILE), ModelCard.class);
  }
}
