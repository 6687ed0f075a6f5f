package io.drivedistill.nn.dinov2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.Fixtures;
import io.drivedistill.nn.parity.FormulaWeights;
import io.drivedistill.nn.parity.ParityFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Dinov2Test {

  static Dinov2Config configOf(JsonNode json) {
    int registers = json.get("num_register_tokens").asInt();
    return new Dinov2Config(
        json.get("embed_dim").asInt(),
        json.get("depth").asInt(),
        json.get("num_heads").asInt(),
        14,
        json.get("img_size").asInt() / 14,
        registers,
        registers > 0 ? PositionResize.ANTIALIASED : PositionResize.OFFSET,
        Dinov2Config.FeedForward.GELU);
  }

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dinov2_native", "dinov2_interp_offset", "dinov2_reg_interp_antialias"})
  void valuesAndGradientsEqualTheReference(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      Dinov2 network = new Dinov2(configOf(fixture.config()));
      Dinov2Weights.load(Fixtures.folder(name).resolve("weights.safetensors"), network, manager);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray masks =
            fixture.names().contains("in/masks")
                ? fixture.input(manager, "in/masks").toType(DataType.FLOAT32, true)
                : null;
        Dinov2.Features features =
            network.features(pass(manager), fixture.input(manager, "in/x"), masks);
        fixture.check("out/x_norm_clstoken", features.classToken());
        fixture.check("out/x_norm_patchtokens", features.patches());
        if (network.config().registers() > 0) {
          fixture.check("out/x_norm_regtokens", features.registers());
        }
        NDArray loss = features.patches().square().mean().add(features.classToken().mean());
        fixture.check("loss/meansq_patch_plus_mean_cls", loss);
        collector.backward(loss);
      }
      fixture.checkGradients(network);
      fixture.assertAllPass();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dinov2_native", "dinov2_interp_offset", "dinov2_reg_interp_antialias"})
  void transformersLayoutGivesWhatTransformersGives(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      Dinov2Config config = configOf(fixture.config());
      Dinov2 network =
          new Dinov2(config.registers() > 0 ? config : config.withResize(PositionResize.PLAIN));
      Dinov2Weights.load(Fixtures.folder(name).resolve("weights_hf.safetensors"), network, manager);
      Dinov2.Features features =
          Inference.run(
              () ->
                  network.features(
                      pass(manager), fixture.input(manager, "in/x"), masks(fixture, manager)));
      NDArray tokens =
          features
              .classToken()
              .expandDims(1)
              .concat(features.registers(), 1)
              .concat(features.patches(), 1);
      fixture.check("out/hf_last_hidden_state", tokens);
      fixture.assertAllPass();
    }
  }

  private static NDArray masks(ParityFixture fixture, NDManager manager) {
    return fixture.names().contains("in/masks")
        ? fixture.input(manager, "in/masks").toType(DataType.FLOAT32, true)
        : null;
  }

  @Test
  void realSizeWithRegistersEqualsTheReference() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture =
            ParityFixture.open(Fixtures.folder("dinov2_vitb14_reg_procedural"))) {
      Dinov2 network = new Dinov2(Dinov2Config.base(true));
      fixture.formulaWeights().fill(network, manager);
      assertThat(Weights.count(network)).isEqualTo(86_583_552);
      Inference.run(
          () -> {
            NDArray image = FormulaWeights.input(manager, "input.image", 2, 0, 1, 3, 224, 224);
            Dinov2.Features features = network.features(pass(manager), image);
            fixture.check("out/x_norm_clstoken", features.classToken());
            fixture.check("out/x_norm_regtokens", features.registers());
            fixture.check("out/patchtokens_head", features.patches().get(":, ::17, ::11"));
          });
      fixture.assertAllPass();
    }
  }

  @Test
  void publishedSizesHaveThePublishedNumberOfParameters() {
    assertThat(Weights.count(new Dinov2(Dinov2Config.small(false)))).isEqualTo(22_056_576);
    assertThat(Weights.count(new Dinov2(Dinov2Config.base(false)))).isEqualTo(86_580_480);
    assertThat(Weights.count(new Dinov2(Dinov2Config.large(true)))).isEqualTo(304_372_736);
  }

  @Test
  void wrongSizesAreRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Dinov2 network =
          new Dinov2(
              new Dinov2Config(
                  32, 2, 2, 14, 6, 0, PositionResize.PLAIN, Dinov2Config.FeedForward.GELU));
      assertThatThrownBy(
              () ->
                  Dinov2Weights.load(
                      Fixtures.folder("dinov2_native").resolve("weights_hf.safetensors"),
                      network,
                      manager))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("pos_embed")
          .hasMessageContaining("(1, 37, 32)");
      network.initialize(manager, 1);
      assertThatThrownBy(
              () -> network.features(pass(manager), manager.zeros(new Shape(1, 3, 70, 72))))
          .hasMessageContaining("multiples of 14");
    }
  }
}
