package io.drivedistill.nn.verification;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.BatchNorm2d;
import io.drivedistill.nn.BinaryCrossEntropy;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Conv2d;
import io.drivedistill.nn.CrossEntropy;
import io.drivedistill.nn.GridSample;
import io.drivedistill.nn.ImageNetColors;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.KlDivergence;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.MeanAbsoluteError;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.MultiHeadAttention;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.nn.Resampling;
import io.drivedistill.nn.RmsNorm;
import io.drivedistill.nn.Scalars;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.dinov2.PositionResize;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.FormulaWeights;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Single operators with their gradients; a name such as {@code conv2d_k3s2p1} holds the options.
 */
public final class OperatorParity implements ParityFamily {
  private static final Pattern CONVOLUTION = Pattern.compile("conv2d_k(\\d+)s(\\d+)(?:p(\\d+))?");
  private static final Pattern HEADS = Pattern.compile("(\\d+) heads");
  private static final Pattern EPSILON = Pattern.compile(".*_eps([0-9.e-]+)");
  private static final Pattern TEMPERATURE = Pattern.compile(".*_T([0-9.]+)");
  private static final Pattern CLIPPED = Pattern.compile(".*clipped to ([0-9.e-]+),.*");

  @Override
  public String name() {
    return "operators";
  }

  @Override
  public boolean reads(String model) {
    return model.equals("operators");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    fixture.options().documentation("fnv_check");
    FixtureOptions operators = fixture.options().part("ops");
    Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
    for (String name : operators.names()) {
      operators.documentation(name);
      new Operator(name, operators.text(name), fixture, manager, pass).check();
    }
  }

  /** One of them. */
  private static final class Operator {
    private final String name;
    private final String description;
    private final ParityFixture fixture;
    private final NDManager manager;
    private final Pass pass;
    private final Map<String, NDArray> in = new LinkedHashMap<>();

    Operator(String name, String description, ParityFixture fixture, NDManager manager, Pass pass) {
      this.name = name;
      this.description = description;
      this.fixture = fixture;
      this.manager = manager;
      this.pass = pass;
    }

    void check() {
      if (name.startsWith("opt/")) {
        OptimizerCheck.steps(name, fixture, manager);
      } else if (name.equals("clip_norm")) {
        OptimizerCheck.clipping(limit(CLIPPED, description), fixture, manager);
      } else if (name.equals("proc")) {
        fixture.check("proc/check", FormulaWeights.input(manager, "check.tensor", 2, 0.5, 3, 4));
        fixture.check("proc/raw", FormulaWeights.input(manager, "a", 1, 0, 8));
      } else {
        operator();
      }
    }

    private void operator() {
      String prefix = name + "/in/";
      for (String tensor : fixture.names()) {
        if (tensor.startsWith(prefix)) {
          String input = tensor.substring(prefix.length());
          NDArray array = fixture.input(manager, tensor);
          if (fixture.has(name + "/grad/" + input)) {
            array.setRequiresGradient(true);
          }
          in.put(input, array);
        }
      }
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray out = result();
        fixture.check(name + "/out", out);
        if (fixture.has(name + "/w")) {
          collector.backward(out.mul(fixture.input(manager, name + "/w")).sum());
        }
      }
      Inference.run(
          () ->
              in.forEach(
                  (input, array) -> {
                    String gradient = name + "/grad/" + input;
                    if (fixture.has(gradient)) {
                      fixture.check(gradient, array.getGradient());
                    }
                  }));
    }

    private NDArray result() {
      NDArray x = in.get("x");
      Matcher convolution = CONVOLUTION.matcher(name);
      if (convolution.matches()) {
        return convolution(convolution, x);
      }
      if (name.startsWith("layer_norm_eps")) {
        return layer(
            x,
            channels -> new LayerNorm(channels, limit(EPSILON, name)),
            Map.of("g", "weight", "b", "bias"));
      }
      if (name.startsWith("rms_norm_eps")) {
        return layer(
            x, channels -> new RmsNorm(channels, limit(EPSILON, name)), Map.of("g", "weight"));
      }
      if (name.startsWith("kl_teacher_student_T")) {
        return KlDivergence.mean(in.get("t"), in.get("s"), limit(TEMPERATURE, name));
      }
      return switch (name) {
        case "linear" ->
            layer(
                x,
                channels -> new Linear(channels, (int) in.get("W").getShape().get(0)),
                Map.of("W", "weight", "b", "bias"));
        case "batch_norm_eval" ->
            with(
                    new BatchNorm2d((int) x.getShape().get(1)),
                    Map.of("g", "weight", "b", "bias", "rm", "running_mean", "rv", "running_var"))
                .forward(pass, x);
        case "gelu_erf" -> Nonlinearity.GELU.of(x);
        case "silu" -> Nonlinearity.SILU.of(x);
        case "softmax_last" -> x.softmax(-1);
        case "maxpool_k3s2p1" -> ResNet.pool(x);
        case "adaptive_avg_pool", "adaptive_avg_pool_up" ->
            Resampling.adaptiveAverage(x, height(), width());
        case "bilinear_up", "bilinear_down", "bilinear_scale2" ->
            Resampling.bilinear(x, height(), width());
        case "bicubic_size" -> bicubic(x, PositionResize.PLAIN);
        case "bicubic_scale_offset" -> bicubic(x, PositionResize.OFFSET);
        case "bicubic_antialias_up", "bicubic_antialias_down" ->
            bicubic(x, PositionResize.ANTIALIASED);
        case "grid_sample" -> GridSample.bilinear(x, in.get("grid"));
        case "cross_entropy_2d" -> CrossEntropy.mean(x, in.get("t"));
        case "cross_entropy_ignore" -> CrossEntropy.meanOfLabelled(x, in.get("t"));
        case "bce_logits" -> BinaryCrossEntropy.mean(x, in.get("t"));
        case "l1_mean" -> MeanAbsoluteError.of(x, in.get("t"));
        case "mha_packed" -> attention();
        case "imagenet_norm" ->
            ImageNetColors.normalized(
                Scalars.scale(
                    in.get("u8_hwc").toType(DataType.FLOAT32, false).transpose(2, 0, 1),
                    1.0 / 255));
        default ->
            throw new DriveDistillException(
                fixture.folder().toAbsolutePath() + " has an unknown operator '" + name + "'",
                "Maybe the fixture is newer than this program.");
      };
    }

    private NDArray layer(
        NDArray x, Function<Integer, Layer> make, Map<String, String> parameters) {
      int last = x.getShape().dimension() - 1;
      return with(make.apply((int) x.getShape().get(last)), parameters).forward(pass, x);
    }

    private NDArray convolution(Matcher sizes, NDArray x) {
      NDArray weight = in.get("W");
      int padding = sizes.group(3) == null ? 0 : Integer.parseInt(sizes.group(3));
      Conv2d convolution =
          new Conv2d(
              (int) weight.getShape().get(1),
              (int) weight.getShape().get(0),
              Integer.parseInt(sizes.group(1)),
              Integer.parseInt(sizes.group(2)),
              padding,
              in.containsKey("b"));
      return with(
              convolution,
              in.containsKey("b") ? Map.of("W", "weight", "b", "bias") : Map.of("W", "weight"))
          .forward(pass, x);
    }

    private NDArray attention() {
      int channels = (int) in.get("Wo").getShape().get(0);
      int heads = (int) limit(Pattern.compile(".*?" + HEADS.pattern() + ".*"), description);
      MultiHeadAttention attention =
          with(
              new MultiHeadAttention(channels, heads, 0),
              Map.of(
                  "Wi", "in_proj_weight",
                  "bi", "in_proj_bias",
                  "Wo", "out_proj.weight",
                  "bo", "out_proj.bias"));
      NDArray memory = in.get("kv");
      return attention.forward(pass, in.get("q"), memory, memory, null);
    }

    private NDArray bicubic(NDArray x, PositionResize rule) {
      float[][] rows = rule.matrix((int) x.getShape().get(2), height());
      float[][] columns = rule.matrix((int) x.getShape().get(3), width());
      NDArray right = matrix(columns).transpose();
      return matrix(rows).matMul(x.matMul(right));
    }

    private NDArray matrix(float[][] rows) {
      float[] flat = new float[rows.length * rows[0].length];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
      }
      return Constants.of(manager, flat, rows.length, rows[0].length);
    }

    private int height() {
      return (int) fixture.shape(name + "/out")[2];
    }

    private int width() {
      return (int) fixture.shape(name + "/out")[3];
    }

    /** Makes inputs the parameters of a module. */
    private <M extends Module> M with(M module, Map<String, String> parameters) {
      parameters.forEach(
          (input, parameter) -> Weights.set(Weights.of(module).get(parameter), in.get(input)));
      return module;
    }

    private double limit(Pattern pattern, String text) {
      Matcher matcher = pattern.matcher(text);
      if (!matcher.matches()) {
        throw new DriveDistillException(
            fixture.folder().toAbsolutePath()
                + ": the options of operator '"
                + name
                + "' are not understood: "
                + text,
            "Maybe the fixture is newer than this program.");
      }
      return Double.parseDouble(matcher.group(1));
    }
  }
}
