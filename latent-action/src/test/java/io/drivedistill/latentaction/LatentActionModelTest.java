package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.dinov2.Dinov2;
import io.drivedistill.nn.dinov2.Dinov2Config;
import io.drivedistill.nn.dinov2.PositionResize;
import io.drivedistill.nn.parity.FormulaWeights;
import io.drivedistill.nn.parity.ParityFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatentActionModelTest {

  private static LatentActionConfig configOf(JsonNode json, int featureWidth) {
    return new LatentActionConfig(
        featureWidth,
        json.get("model_dim").asInt(),
        json.get("num_heads").asInt(),
        json.get("enc_blocks").asInt(),
        json.get("dec_blocks").asInt(),
        json.get("latent_dim").asInt(),
        json.get("num_latents").asInt(),
        4,
        0.25,
        false);
  }

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), true);
  }

  /** Patch features [B, 2, N, F] of the fixture's video by its own small DINOv2. */
  private static NDArray features(ParityFixture fixture, NDManager manager) {
    JsonNode sizes = fixture.config().get("dino");
    Dinov2 eye =
        new Dinov2(
            new Dinov2Config(
                sizes.get("dim").asInt(),
                sizes.get("depth").asInt(),
                sizes.get("heads").asInt(),
                14,
                sizes.get("img").asInt() / 14,
                sizes.get("reg").asInt(),
                PositionResize.ANTIALIASED,
                Dinov2Config.FeedForward.GELU));
    fixture.weights().withoutPrefix("dino_encoder.").allowExtra(n -> true).load(eye, manager);
    NDArray features =
        Inference.run(() -> patches(eye, fixture.input(manager, "in/videos"), manager));
    fixture.check("out/patches", features);
    return features;
  }

  private static NDArray patches(Dinov2 eye, NDArray videos, NDManager manager) {
    NDArray mean = manager.create(new float[] {0.485f, 0.456f, 0.406f}, new Shape(1, 3, 1, 1));
    NDArray deviation = manager.create(new float[] {0.229f, 0.224f, 0.225f}, new Shape(1, 3, 1, 1));
    Shape shape = videos.getShape();
    NDArray images = videos.reshape(-1, 3, shape.get(3), shape.get(4)).sub(mean).div(deviation);
    NDArray patches = eye.features(pass(manager), images).patches();
    return patches.reshape(shape.get(0), 2, patches.getShape().get(1), patches.getShape().get(2));
  }

  private static void load(ParityFixture fixture, LatentActionModel model, NDManager manager) {
    fixture
        .weights()
        .allowExtra(name -> name.startsWith("dino_encoder.") || name.startsWith("text_encoder."))
        .load(model, manager);
  }

  private static void checkStage1(ParityFixture fixture, LatentActionModel.Outcome outcome) {
    fixture.check("out/emb", outcome.embeddings());
    fixture.check("out/indices", outcome.own().indices());
    fixture.check("out/z", outcome.own().code());
    fixture.check("out/z_q", outcome.own().straightThrough().expandDims(1));
    fixture.check("out/recon", outcome.reconstruction().expandDims(1));
    fixture.check("loss/mse_loss", outcome.featureLoss());
    fixture.check("loss/q_loss", outcome.own().codebookLoss());
    fixture.check("loss/commit_loss", outcome.own().commitmentLoss());
    fixture.check("loss/total", outcome.loss());
    CodeUsage usage = new CodeUsage(16);
    usage.count(outcome.own().indices().toLongArray(), 4);
    float[] counts = new float[16];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = usage.counts()[i];
    }
    String group = outcome.environment() == null ? "vq" : "vq_action";
    fixture.check("out/usage_increment/" + group, counts);
    fixture.check("loss/code_usage", usage.share());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lam_stage1", "lam_stage1_ragged", "lam_stage1_768_given_features"})
  void textConditionedStage1EqualsTheReference(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      boolean given = fixture.names().contains("in/dino_patchtokens_bT");
      NDArray features =
          given
              ? fixture.input(manager, "in/dino_patchtokens_bT").expandDims(0)
              : features(fixture, manager);
      NDArray text = fixture.input(manager, given ? "in/text_embeds" : "mid/text_hidden");
      NDArray mask =
          fixture.input(manager, "in/text_attention_mask").toType(DataType.FLOAT32, true);
      LatentActionConfig config =
          configOf(fixture.config().get("lam_config"), (int) features.getShape().get(3));
      EnvironmentActionModel model =
          new EnvironmentActionModel(
              config,
              new Conditioning.Text((int) text.getShape().get(2)),
              EnvironmentActionModel.PaddingRows.PUBLISHED);
      load(fixture, model, manager);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        LatentActionModel.Outcome outcome = model.run(pass(manager), features, text, mask);
        checkStage1(fixture, outcome);
        collector.backward(outcome.loss());
      }
      fixture.checkGradients(model);
      fixture.assertAllPass();
    }
  }

  @Test
  void paddingOfTheOwnSampleDiffersFromThePublishedTiling() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder("lam_stage1_ragged"))) {
      NDArray features = features(fixture, manager);
      NDArray text = fixture.input(manager, "mid/text_hidden");
      NDArray mask =
          fixture.input(manager, "in/text_attention_mask").toType(DataType.FLOAT32, true);
      EnvironmentActionModel model =
          new EnvironmentActionModel(
              configOf(fixture.config().get("lam_config"), 24), new Conditioning.Text(16));
      load(fixture, model, manager);
      Inference.run(
          () -> {
            NDArray both = model.run(pass(manager), features, text, mask).embeddings();
            for (int sample = 0; sample < 2; sample++) {
              String row = sample + ":" + (sample + 1);
              NDArray alone =
                  model
                      .run(pass(manager), features.get(row), text.get(row), mask.get(row))
                      .embeddings();
              assertThat(alone.sub(both.get(row)).abs().max().getFloat()).isLessThan(1e-4f);
            }
            assertThat(fixture.check("out/emb", both).passed()).isFalse();
          });
    }
  }

  @Test
  void stage2EqualsTheReference() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder("lam_stage2"))) {
      NDArray features = features(fixture, manager);
      EgoActionModel model = new EgoActionModel(configOf(fixture.config().get("lam_config"), 24));
      load(fixture, model, manager);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        LatentActionModel.Outcome outcome = model.run(pass(manager), features);
        checkStage1(fixture, outcome);
        fixture.check("out/indices_uncontrol", outcome.environment().indices());
        fixture.check("loss/q_loss_uncontrol", outcome.environment().codebookLoss());
        fixture.check("loss/commit_loss_uncontrol", outcome.environment().commitmentLoss());
        collector.backward(outcome.loss());
      }
      fixture.checkGradients(model);
      NDArray codes = model.codes(pass(manager), features);
      fixture.check("out/indices", codes.get(":, 0:4"));
      fixture.check("out/indices_uncontrol", codes.get(":, 4:"));
      fixture.assertAllPass();
    }
  }

  @Test
  void publishedStage2EqualsTheReference() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder("lam_stage2_real_procedural"))) {
      FormulaWeights weights = fixture.formulaWeights();
      // Formula weights follow the full name, so the eye stands under its published prefix.
      io.drivedistill.nn.Module eyeUnderPrefix = new PrefixedEye();
      weights.fill(eyeUnderPrefix, manager);
      EgoActionModel model = new EgoActionModel(LatentActionConfig.published());
      weights.fill(model, manager);
      assertThat(Weights.count(model)).isEqualTo(201_166_592);
      Inference.run(
          () -> {
            NDArray videos =
                FormulaWeights.input(manager, "input.videos", 0.5, 0.5, 1, 2, 3, 224, 224);
            NDArray features = patches(((PrefixedEye) eyeUnderPrefix).eye, videos, manager);
            fixture.check("out/patches_head", features.get(":, :, ::19, ::11"));
            LatentActionModel.Outcome outcome = model.run(pass(manager), features);
            fixture.check("out/emb", outcome.embeddings());
            fixture.check("out/indices", outcome.own().indices());
            fixture.check("out/indices_uncontrol", outcome.environment().indices());
            fixture.check("loss/mse", outcome.featureLoss());
            fixture.check(
                "out/recon_head", outcome.reconstruction().expandDims(1).get(":, :, ::19, ::11"));
          });
      fixture.assertAllPass();
    }
  }

  private static final class PrefixedEye extends io.drivedistill.nn.Module {
    private final Dinov2 eye = child("dino_encoder", new Dinov2(Dinov2Config.base(true)));

    @Override
    protected ai.djl.ndarray.NDList forward(Pass pass, ai.djl.ndarray.NDList inputs) {
      throw new UnsupportedOperationException();
    }
  }
}
