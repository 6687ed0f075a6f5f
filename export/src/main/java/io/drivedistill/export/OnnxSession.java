package io.drivedistill.export;

import ai.djl.ndarray.types.DataType;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.TemporaryFolder;
import io.drivedistill.export.points.PointCloudInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * An ONNX Runtime session. The model is loaded with every graph optimisation and with shape and
 * type inference in strict mode, so a file that contradicts itself is refused.
 *
 * <p>Thread safe for {@link #run}; a {@link Binding} belongs to one thread. Close it.
 */
public final class OnnxSession implements AutoCloseable {
  /** About as many as nuPlan's merged sweeps have. */
  private static final int POINTS = 100_000;

  private static final double POINTS_SIDE_M = 80;

  private final OrtEnvironment environment = RuntimeEnvironment.get();
  private final OrtSession session;

  private OnnxSession(
      Loader loader, SessionSettings settings, Optional<Path> profile, String what) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(settings.threads());
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.strict_shape_type_inference", "1");
      if (profile.isPresent()) {
        options.enableProfiling(profile.get().toString());
      }
      if (profile.isPresent() || settings.provider() != Provider.CPU) {
        // errors are thrown; a refused model would be followed by a line about its profile, and
        // each session on a GPU warns that shapes are computed on the CPU, which placement tells
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      }
      ProviderOptions.add(options, settings);
      session = DeepStack.call(() -> loader.load(environment, options));
    } catch (OrtException e) {
      throw ProviderFailure.recognised(e)
          .orElseGet(
              () ->
                  new DriveDistillException(
                      "ONNX Runtime refuses " + what + ": " + said(e),
                      "Maybe the file is damaged, its .data file does not lie beside it, or it"
                          + " needs a newer operator set than this version knows.",
                      e));
    }
  }

  /** Its message without the place in its sources, which some begin with. */
  private static String said(OrtException e) {
    return e.getMessage().replaceAll("/onnxruntime_src/.*\\) (?=\\S)", "").strip();
  }

  private interface Loader {
    OrtSession load(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /**
   * Loads a serialised model.
   *
   * @throws DriveDistillException if the model is refused or the provider is not to be had
   */
  public static OnnxSession of(byte[] model, SessionSettings settings) {
    return new OnnxSession(
        (env, options) -> env.createSession(model, options),
        settings,
        Optional.empty(),
        "the model");
  }

  /** Loads an exported model, by way of a file where it is larger than memory can hand over. */
  public static OnnxSession of(OnnxModel model, SessionSettings settings) {
    if (!model.needsDataFile()) {
      return of(model.bytes(), settings);
    }
    try (TemporaryFolder folder = TemporaryFolder.of("model")) {
      Path file = folder.path().resolve("model.onnx");
      model.write(file);
      return open(file, settings);
    }
  }

  /** Version of ONNX Runtime; loads its native library. */
  public static String version() {
    return RuntimeEnvironment.get().getVersion();
  }

  /**
   * Loads a model file, with its data file where it has one.
   *
   * @throws DriveDistillException if the model is refused or the provider is not to be had
   */
  public static OnnxSession open(Path file, SessionSettings settings) {
    return open(file, settings, Optional.empty());
  }

  private static OnnxSession open(Path file, SessionSettings settings, Optional<Path> profile) {
    if (!Files.isRegularFile(file)) {
      throw new DriveDistillException(
          "There is no model " + file.toAbsolutePath(),
          "Maybe the export has not run yet; a finished run keeps it in export/model.");
    }
    return new OnnxSession(
        (env, options) -> env.createSession(file.toString(), options),
        settings,
        profile,
        file.toString());
  }

  /** Runs a model file once on random inputs and tells where its nodes ran. */
  public static NodePlacement placement(Path file, SessionSettings settings) {
    try (TemporaryFolder folder = TemporaryFolder.of("profile");
        OnnxSession session = open(file, settings, Optional.of(folder.path().resolve("run")))) {
      session.run(session.exampleInputs(new SplittableRandom(1)));
      return NodePlacement.read(Path.of(session.session.endProfiling()));
    } catch (OrtException e) {
      throw failure(e);
    } catch (IOException e) {
      throw TemporaryFolder.unwritable(e);
    }
  }

  /** Names of the inputs, in order. */
  public List<String> inputNames() {
    return List.copyOf(session.getInputNames());
  }

  /** Names of the outputs, in order. */
  public List<String> outputNames() {
    return List.copyOf(session.getOutputNames());
  }

  /** The model's metadata, where the facts of a {@link ModelCard} stand. */
  public Map<String, String> facts() {
    try {
      return Map.copyOf(session.getMetadata().getCustomMetadata());
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  /**
   * Random inputs of the shapes that the model states, for measuring: numbers in [0, 1), bytes of
   * any value, other integers zero. A size that the model leaves open is one; an open number of
   * points is {@value #POINTS}, spread over {@value #POINTS_SIDE_M} m.
   */
  public Map<String, HostTensor> exampleInputs(SplittableRandom random) {
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    try {
      for (NodeInfo node : session.getInputInfo().values()) {
        if (!(node.getInfo() instanceof TensorInfo info)) {
          throw new DriveDistillException(
              "Input '" + node.getName() + "' of the model is no tensor",
              "Maybe the model was not exported by DriveDistill.");
        }
        boolean points = Arrays.asList(info.getDimensionNames()).contains(PointCloudInput.NAME);
        long[] shape = Arrays.stream(info.getShape()).map(size -> Math.max(1, size)).toArray();
        if (points) {
          shape[Arrays.asList(info.getDimensionNames()).indexOf(PointCloudInput.NAME)] = POINTS;
        }
        HostTensor tensor = HostTensor.zeros(dataType(info.type), shape);
        fill(tensor, points ? POINTS_SIDE_M : 0, random);
        inputs.put(node.getName(), tensor);
      }
    } catch (OrtException e) {
      throw failure(e);
    }
    return inputs;
  }

  private static void fill(HostTensor tensor, double side, SplittableRandom random) {
    ByteBuffer data = tensor.data().duplicate().order(ByteOrder.nativeOrder());
    while (data.hasRemaining()) {
      switch (tensor.type()) {
        case FLOAT32 ->
            data.putFloat(
                (float) (side > 0 ? side * (random.nextDouble() - 0.5) : random.nextDouble()));
        case FLOAT64 -> data.putDouble(random.nextDouble());
        case UINT8, INT8 -> data.put((byte) random.nextInt());
        default -> data.position(data.limit());
      }
    }
  }

  /** Runs once; the results are copies. */
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, HostTensor> input : inputs.entrySet()) {
        tensors.put(input.getKey(), share(input.getValue()));
      }
      Map<String, HostTensor> outputs = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(tensors)) {
        for (String name : session.getOutputNames()) {
          outputs.put(name, copy((OnnxTensor) result.get(name).orElseThrow()));
        }
      }
      return outputs;
    } catch (OrtException e) {
      throw failure(e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** Ties inputs to fixed memory for running again and again without allocation. */
  public Binding bind(Map<String, HostTensor> inputs) {
    return new Binding(inputs);
  }

  /**
   * Inputs and outputs in direct memory that stays: change the input data, run, read the output
   * data.
   */
  public final class Binding implements AutoCloseable {
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final Map<String, HostTensor> results;

    private Binding(Map<String, HostTensor> given) {
      results = OnnxSession.this.run(given); // the first run tells the output shapes
      try {
        for (Map.Entry<String, HostTensor> input : given.entrySet()) {
          inputs.put(input.getKey(), share(input.getValue()));
        }
        for (Map.Entry<String, HostTensor> output : results.entrySet()) {
          outputs.put(output.getKey(), share(output.getValue()));
        }
      } catch (OrtException e) {
        close();
        throw failure(e);
      }
    }

    /** Runs on the present input data; the same output memory is filled each time. */
    public Map<String, HostTensor> run() {
      try {
        session.run(inputs, outputs).close();
        return results;
      } catch (OrtException e) {
        throw failure(e);
      }
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  private OnnxTensor share(HostTensor tensor) throws OrtException {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    ByteBuffer data = tensor.data().duplicate().order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(environment, data, shape, javaType(tensor.type()));
  }

  private static HostTensor copy(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    HostTensor copy = HostTensor.zeros(dataType(info.type), info.getShape());
    copy.data().duplicate().put(tensor.getByteBuffer());
    return copy;
  }

  private static OnnxJavaType javaType(DataType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case INT64 -> OnnxJavaType.INT64;
      case INT32 -> OnnxJavaType.INT32;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case BOOLEAN -> OnnxJavaType.BOOL;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      default -> throw new IllegalArgumentException("No ONNX Runtime type for " + type);
    };
  }

  private static DataType dataType(OnnxJavaType type) {
    return Arrays.stream(
            new DataType[] {
              DataType.FLOAT32,
              DataType.FLOAT64,
              DataType.INT64,
              DataType.INT32,
              DataType.UINT8,
              DataType.INT8,
              DataType.BOOLEAN,
              DataType.FLOAT16
            })
        .filter(candidate -> javaType(candidate) == type)
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "The model has a tensor of type " + type + ", which DJL has none for",
                    "Maybe it was not exported by DriveDistill; numbers, bytes and truths can be"
                        + " run here."));
  }

  private static DriveDistillException failure(OrtException e) {
    return ProviderFailure.recognised(e)
        .orElseGet(
            () ->
                new DriveDistillException(
                    "ONNX Runtime failed: " + said(e),
                    "Maybe an input has another name, shape or element type than the model states.",
                    e));
  }
}
