package io.drivedistill.nn.dinov2;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.FormulaInput;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** DINOv2 in every size, with stored or formula weights, in both layouts. */
public final class Dinov2Parity implements ParityFamily {
  private static final String OTHER_LAYOUT = "weights_hf.safetensors";

  @Override
  public String name() {
    return "DINOv2";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("dinov2");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    FixtureOptions options = fixture.options();
    options.documentation("hf_weights_file", "max_diff_to_transformers_4_50_on_same_weights");
    Dinov2 network = new Dinov2(config(options));
    if (options.has("rules")) {
      formulaWeights(fixture, network, manager);
    } else {
      Path weights = fixture.folder().resolve("weights.safetensors");
      Dinov2Weights.load(weights, network, manager);
      storedWeights(fixture, network, manager);
      if (fixture.has("out/hf_last_hidden_state")) {
        Path other = fixture.folder().resolve(OTHER_LAYOUT);
        transformers(fixture, Files.exists(other) ? other : weights, network.config(), manager);
      }
    }
  }

  /** Sizes by the names of the published constructor. */
  public static Dinov2Config config(FixtureOptions options) {
    options.only("mlp_ratio", 4);
    options.only("ln_eps", 1e-6);
    int registers = options.integer("num_register_tokens");
    int patch = options.integer("patch_size", 14);
    return new Dinov2Config(
        options.integer("embed_dim"),
        options.integer("depth"),
        options.integer("num_heads"),
        patch,
        options.integer("img_size") / patch,
        registers,
        resize(options, registers),
        feedForward(options.text("ffn_layer", "mlp")));
  }

  private static PositionResize resize(FixtureOptions options, int registers) {
    boolean antialias = options.flag("interpolate_antialias", registers > 0);
    double offset = options.number("interpolate_offset", registers > 0 ? 0 : 0.1);
    if (offset == 0) {
      return antialias ? PositionResize.ANTIALIASED : PositionResize.PLAIN;
    }
    if (offset == 0.1 && !antialias) {
      return PositionResize.OFFSET;
    }
    throw new DriveDistillException(
        "interpolate_offset " + offset + " with interpolate_antialias " + antialias,
        "Maybe the fixture is newer than this program, which has offset 0 with either and offset"
            + " 0.1 without antialias, as published.");
  }

  private static Dinov2Config.FeedForward feedForward(String name) {
    return switch (name) {
      case "mlp" -> Dinov2Config.FeedForward.GELU;
      case "swiglu", "swiglufused" -> Dinov2Config.FeedForward.SWIGLU;
      default ->
          throw new DriveDistillException(
              "ffn_layer is '" + name + "', expected mlp, swiglu or swiglufused",
              "Maybe the fixture is newer than this program.");
    };
  }

  private static void storedWeights(ParityFixture fixture, Dinov2 network, NDManager manager) {
    fixture.options().documentation("input_hw");
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      Dinov2.Features features =
          network.features(pass(manager), fixture.input(manager, "in/x"), masks(fixture, manager));
      fixture.check("out/x_norm_clstoken", features.classToken());
      fixture.check("out/x_norm_patchtokens", features.patches());
      if (fixture.has("out/x_norm_regtokens")) {
        fixture.check("out/x_norm_regtokens", features.registers());
      }
      NDArray loss = features.patches().square().mean().add(features.classToken().mean());
      fixture.check("loss/meansq_patch_plus_mean_cls", loss);
      collector.backward(loss);
    }
    fixture.checkGradients(network);
  }

  /** The same values through the transformers library, which resizes positions without offset. */
  private static void transformers(
      ParityFixture fixture, Path weights, Dinov2Config config, NDManager manager) {
    Dinov2 network =
        new Dinov2(config.registers() > 0 ? config : config.withResize(PositionResize.PLAIN));
    Dinov2Weights.load(weights, network, manager);
    Inference.run(
        () -> {
          Dinov2.Features features =
              network.features(
                  pass(manager), fixture.input(manager, "in/x"), masks(fixture, manager));
          fixture.check(
              "out/hf_last_hidden_state",
              features
                  .classToken()
                  .expandDims(1)
                  .concat(features.registers(), 1)
                  .concat(features.patches(), 1));
        });
  }

  private static void formulaWeights(ParityFixture fixture, Dinov2 network, NDManager manager) {
    FixtureOptions options = fixture.options();
    fixture.formulaWeights().fill(network, manager);
    List<Integer> size = options.integers("input_hw");
    String thinned = fixture.options().thinned(":");
    Inference.run(
        () -> {
          NDArray image =
              FormulaInput.of(
                  options.text("input"),
                  Map.of("H", (long) size.get(0), "W", (long) size.get(1)),
                  manager);
          Dinov2.Features features = network.features(pass(manager), image);
          fixture.check("out/x_norm_clstoken", features.classToken());
          if (fixture.has("out/x_norm_regtokens")) {
            fixture.check("out/x_norm_regtokens", features.registers());
          }
          fixture.check("out/patchtokens_head", features.patches().get(thinned));
          if (fixture.has("mid/block0_head")) {
            fixture.check("mid/block0_head", network.firstBlock(pass(manager), image).get(thinned));
          }
        });
  }

  private static NDArray masks(ParityFixture fixture, NDManager manager) {
    return fixture.has("in/masks")
        ? fixture.input(manager, "in/masks").toType(DataType.FLOAT32, true)
        : null;
  }

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }
}
