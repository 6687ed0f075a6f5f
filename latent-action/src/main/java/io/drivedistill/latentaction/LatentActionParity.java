package io.drivedistill.latentaction;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.ImageNetColors;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.dinov2.Dinov2;
import io.drivedistill.nn.dinov2.Dinov2Config;
import io.drivedistill.nn.dinov2.PositionResize;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.FormulaInput;
import io.drivedistill.nn.parity.FormulaWeights;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.Map;

/** Both stages of the latent action model: from pixels or given features to losses, gradients. */
public final class LatentActionParity implements ParityFamily {
  private static final String EYE = "dino_encoder.";
  private static final String TEXT = "text_encoder.";
  private static final String CODEBOOK = "vq.codebook.weight";

  @Override
  public String name() {
    return "latent action model";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("UniVLA LAM stage ");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    FixtureOptions options = fixture.options();
    options.documentation("min_codebook_margin", "quirk", "stage1_unique_parameters");
    if (options.has("rules")) {
      fullSize(fixture, manager);
      return;
    }
    options.documentation("input_hw");
    int stage = options.integer("stage");
    NDArray features =
        fixture.has("in/dino_patchtokens_bT")
            ? given(fixture, manager)
            : features(fixture, manager);
    LatentActionConfig config = config(options, (int) features.getShape().get(3));
    switch (stage) {
      case 1 -> stage1(fixture, config, features, manager);
      case 2 -> stage2(fixture, config, features, manager);
      default ->
          throw new DriveDistillException(
              fixture.folder().toAbsolutePath() + ": stage is " + stage + ", expected 1 or 2",
              "Maybe the fixture is newer than this program.");
    }
  }

  private static LatentActionConfig config(FixtureOptions options, int featureWidth) {
    FixtureOptions sizes = options.part("lam_config");
    return new LatentActionConfig(
        featureWidth,
        sizes.integer("model_dim"),
        sizes.integer("num_heads"),
        sizes.integer("enc_blocks"),
        sizes.integer("dec_blocks"),
        sizes.integer("latent_dim"),
        sizes.integer("num_latents"),
        options.integer("num_codes_per_group", 4),
        options.number("vq_beta", 0.25),
        false);
  }

  private static void stage1(
      ParityFixture fixture, LatentActionConfig config, NDArray features, NDManager manager) {
    FixtureOptions options = fixture.options();
    if (options.has("t5")) {
      options.documentation("t5");
      fixture.omit(
          "in/text_input_ids", "the frozen text encoder is not built; mid/text_hidden is given");
    }
    NDArray text =
        fixture.input(
            manager, fixture.has("in/text_embeds") ? "in/text_embeds" : "mid/text_hidden");
    NDArray mask = fixture.input(manager, "in/text_attention_mask").toType(DataType.FLOAT32, true);
    EnvironmentActionModel model =
        new EnvironmentActionModel(
            config,
            new Conditioning.Text(options.integer("text_width")),
            EnvironmentActionModel.PaddingRows.PUBLISHED);
    load(fixture, model, manager);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      LatentActionModel.Outcome outcome = model.run(pass(manager), features, text, mask);
      check(fixture, outcome, features);
      usage(fixture, outcome.own(), config.codes(), "vq");
      collector.backward(outcome.loss());
    }
    fixture.checkGradients(model);
  }

  private static void stage2(
      ParityFixture fixture, LatentActionConfig config, NDArray features, NDManager manager) {
    fixture.options().documentation("t5", "text_width");
    int environmentCodes = Math.toIntExact(fixture.weights().shapes().get(CODEBOOK).get(0));
    EgoActionModel model = new EgoActionModel(config, 0, environmentCodes);
    load(fixture, model, manager);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      LatentActionModel.Outcome outcome = model.run(pass(manager), features);
      check(fixture, outcome, features);
      usage(fixture, outcome.own(), config.codes(), "vq_action");
      VectorQuantizer.Quantized environment = outcome.environment();
      fixture.check("out/indices_uncontrol", environment.indices());
      fixture.check("out/z_uncontrol", environment.code());
      fixture.check("out/z_q_uncontrol", environment.straightThrough().expandDims(1));
      fixture.check("out/emb_uncontrol", model.environmentEmbeddings(pass(manager), features));
      fixture.check("loss/q_loss_uncontrol", environment.codebookLoss());
      fixture.check("loss/commit_loss_uncontrol", environment.commitmentLoss());
      CodeUsage used = count(environment, environmentCodes);
      fixture.check("out/usage_increment/vq", floats(used.counts()));
      // The published log divides the environment's codes by 32, however many there are.
      fixture.check("loss/code_usage_uncontrol", used.share() * environmentCodes / 32);
      collector.backward(outcome.loss());
    }
    fixture.checkGradients(model);
  }

  private static void check(
      ParityFixture fixture, LatentActionModel.Outcome outcome, NDArray features) {
    fixture.check("out/emb", outcome.embeddings());
    fixture.check("out/indices", outcome.own().indices());
    fixture.check("out/z", outcome.own().code());
    fixture.check("out/z_q", outcome.own().straightThrough().expandDims(1));
    fixture.check("out/recon", outcome.reconstruction().expandDims(1));
    fixture.check("out/target", features.get(":, 1:2"));
    fixture.check("loss/mse_loss", outcome.featureLoss());
    fixture.check("loss/q_loss", outcome.own().codebookLoss());
    fixture.check("loss/commit_loss", outcome.own().commitmentLoss());
    fixture.check("loss/total", outcome.loss());
  }

  private static void usage(
      ParityFixture fixture, VectorQuantizer.Quantized quantized, int codes, String group) {
    CodeUsage usage = count(quantized, codes);
    fixture.check("out/usage_increment/" + group, floats(usage.counts()));
    fixture.check("loss/code_usage", usage.share());
  }

  private static CodeUsage count(VectorQuantizer.Quantized quantized, int codes) {
    CodeUsage usage = new CodeUsage(codes);
    usage.count(quantized.indices().toLongArray(), (int) quantized.indices().getShape().get(1));
    return usage;
  }

  static float[] floats(long[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static void load(ParityFixture fixture, LatentActionModel model, NDManager manager) {
    fixture
        .weights()
        .allowExtra(name -> name.startsWith(EYE) || name.startsWith(TEXT))
        .load(model, manager);
  }

  /** Features that the fixture supplies, frame by frame: [B, 2, N, F]. */
  private static NDArray given(ParityFixture fixture, NDManager manager) {
    fixture.options().documentation("dino", "t5");
    NDArray frames = fixture.input(manager, "in/dino_patchtokens_bT");
    Shape shape = frames.getShape();
    NDArray features = frames.reshape(-1, 2, shape.get(1), shape.get(2));
    fixture.check("out/patches", features);
    return features;
  }

  /** Patch features [B, 2, N, F] of the fixture's video by its own small DINOv2. */
  private static NDArray features(ParityFixture fixture, NDManager manager) {
    FixtureOptions sizes = fixture.options().part("dino");
    int registers = sizes.integer("reg");
    Dinov2 eye =
        new Dinov2(
            new Dinov2Config(
                sizes.integer("dim"),
                sizes.integer("depth"),
                sizes.integer("heads"),
                14,
                sizes.integer("img") / 14,
                registers,
                registers > 0 ? PositionResize.ANTIALIASED : PositionResize.OFFSET,
                Dinov2Config.FeedForward.GELU));
    fixture.weights().withoutPrefix(EYE).allowExtra(name -> true).load(eye, manager);
    NDArray features =
        Inference.run(() -> patches(eye, fixture.input(manager, "in/videos"), manager));
    fixture.check("out/patches", features);
    return features;
  }

  private static NDArray patches(Dinov2 eye, NDArray videos, NDManager manager) {
    Shape shape = videos.getShape();
    NDArray pictures = videos.reshape(-1, 3, shape.get(3), shape.get(4));
    NDArray patches = eye.features(pass(manager), ImageNetColors.normalized(pictures)).patches();
    return patches.reshape(
        shape.get(0), shape.get(1), patches.getShape().get(1), patches.getShape().get(2));
  }

  private static void fullSize(ParityFixture fixture, NDManager manager) {
    FixtureOptions options = fixture.options();
    if (!fixture.model().startsWith("UniVLA LAM stage 2")) {
      throw new DriveDistillException(
          "Formula weights of '" + fixture.model() + "' are not understood",
          "Maybe the fixture is newer than this program, which has them for stage 2.");
    }
    FormulaWeights weights = fixture.formulaWeights();
    PrefixedEye eye = new PrefixedEye();
    weights.fill(eye, manager);
    EgoActionModel model = new EgoActionModel(config(options, eye.eye.config().width()));
    weights.fill(model, manager);
    fixture.checkOption("own_parameters", Weights.count(model));
    fixture.checkOption("unique_parameters", Weights.count(model) + Weights.count(eye));
    Inference.run(
        () -> {
          NDArray videos = FormulaInput.of(options.text("input"), Map.of(), manager);
          NDArray features = patches(eye.eye, videos, manager);
          String thinned = fixture.options().thinned(":, :");
          fixture.check("out/patches_head", features.get(thinned));
          LatentActionModel.Outcome outcome = model.run(pass(manager), features);
          fixture.check("out/emb", outcome.embeddings());
          fixture.check("out/emb_uncontrol", model.environmentEmbeddings(pass(manager), features));
          fixture.check("out/indices", outcome.own().indices());
          fixture.check("out/indices_uncontrol", outcome.environment().indices());
          fixture.check("loss/mse", outcome.featureLoss());
          fixture.check("out/recon_head", outcome.reconstruction().expandDims(1).get(thinned));
        });
  }

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), true);
  }

  /** Formula weights follow the full name, so the eye stands under its published prefix. */
  private static final class PrefixedEye extends Module {
    private final Dinov2 eye = child("dino_encoder", new Dinov2(Dinov2Config.base(true)));

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      throw new UnsupportedOperationException("Called through its eye");
    }
  }
}
