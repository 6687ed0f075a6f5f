package io.drivedistill.latentaction;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Provenance;
import io.drivedistill.core.TensorFile;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.nn.dinov2.Dinov2Config;
import io.drivedistill.nn.dinov2.PositionResize;
import io.drivedistill.nn.training.TrainingPlan;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * UniVLA's stage-2 checkpoint (SPEC-lam A9): a Lightning {@code .ckpt} with names under {@code
 * lam.}, or the same as safetensors. It holds the eye too. All sizes follow from the shapes;
 * attention heads are 64 wide, as in every published model of the kind.
 */
public final class UnivlaCheckpoint {
  private static final String PREFIX = "lam.";
  private static final String EYE = "dino_encoder.";
  private static final String EGO_CODES = "vq_action.codebook.weight";
  private static final int HEAD_WIDTH = 64;
  private static final int PICTURE_PIXELS = 224;

  private UnivlaCheckpoint() {}

  /**
   * Makes a folder of a model that labels and is inspected like one trained here.
   *
   * @param file the checkpoint; it stays where it is, for the eye is read from it
   * @param timing which moments the codes speak of; UniVLA's frames are about one second apart
   * @param folder where the model goes
   * @throws DriveDistillException if the file is no stage-2 checkpoint or does not fit
   */
  public static LatentActionFolder read(Path file, ActionTiming timing, Path folder) {
    LatentActionSettings settings = settings(file, timing);
    ContentKey key =
        ContentKey.of("latent action model from UniVLA")
            .settings("timing", timing)
            .key("eye", settings.eye().key())
            .build();
    try (NDManager manager = TensorLibrary.newManager()) {
      EgoActionModel model = new EgoActionModel(settings.model());
      WeightsFile.at(file)
          .withoutPrefix(PREFIX)
          .allowExtra(name -> name.startsWith(EYE) || name.startsWith(PREFIX + EYE))
          .load(model, manager);
      LatentActionFolder files = LatentActionFolder.claim(folder, key, settings);
      int patches = settings.eye().patches();
      files.scaling(() -> FeatureScaling.none(patches, settings.model().featureWidth()));
      files.save(LatentActionFolder.EGO, model);
      CodebookHealth unknown =
          new CodebookHealth(
              settings.model().codes(),
              0,
              0,
              List.of(),
              Collections.nCopies(settings.model().codes(), 0L));
      files.finish(
          new LatentActionFolder.Health(false, 0, unknown, unknown), Provenance.capture(key, 0));
    }
    return LatentActionFolder.open(folder);
  }

  private static LatentActionSettings settings(Path file, ActionTiming timing) {
    try (TensorFile tensors = TensorFile.open(file)) {
      String prefix =
          tensors.names().stream().anyMatch(name -> name.startsWith(PREFIX)) ? PREFIX : "";
      if (!tensors.contains(prefix + EGO_CODES)) {
        throw new DriveDistillException(
            file.toAbsolutePath() + " holds no tensor '" + prefix + EGO_CODES + "'",
            "Maybe it is the checkpoint of stage 1, which has no ego codes; give that of stage 2.");
      }
      Shapes shapes = new Shapes(tensors, prefix);
      int width = shapes.size("patch_up.weight", 0);
      LatentActionConfig model =
          new LatentActionConfig(
              shapes.size("patch_up.weight", 1),
              width,
              width / HEAD_WIDTH,
              shapes.blocks("encoder.transformer_blocks."),
              shapes.blocks("decoder.transformer_blocks."),
              shapes.size(EGO_CODES, 1),
              shapes.size(EGO_CODES, 0),
              shapes.size("action_latent", 2),
              0.25,
              false);
      TrainingPlan none = new TrainingPlan(1, 1, 1e-4, 1e-2, 0, 0.1, 0, 0);
      return new LatentActionSettings(
          new EyeConfig(
              PICTURE_PIXELS, PICTURE_PIXELS, shapes.eye(), Optional.of(file.toAbsolutePath()), 0),
          timing,
          model,
          0,
          EnvironmentTokens.OWN,
          0,
          false,
          false,
          CodebookSettings.published(),
          1,
          none,
          none);
    }
  }

  /** Sizes as the shapes of tensors tell them. */
  private record Shapes(TensorFile tensors, String prefix) {
    private int size(String name, int axis) {
      List<Long> shape = tensors.info(prefix + name).shape();
      if (axis >= shape.size()) {
        throw new DriveDistillException(
            tensors.file() + " holds '" + name + "' as " + shape,
            "Maybe the checkpoint belongs to another kind of model.");
      }
      return Math.toIntExact(shape.get(axis));
    }

    private int blocks(String stem) {
      int blocks = 0;
      String full = prefix + stem;
      while (startsWith(full + blocks + ".")) {
        blocks++;
      }
      return blocks;
    }

    private boolean startsWith(String start) {
      return tensors.names().stream().anyMatch(name -> name.startsWith(start));
    }

    private Dinov2Config eye() {
      int width = size(EYE + "cls_token", 2);
      boolean registers = tensors.contains(prefix + EYE + "register_tokens");
      return new Dinov2Config(
          width,
          blocks(EYE + "blocks."),
          width / HEAD_WIDTH,
          size(EYE + "patch_embed.proj.weight", 2),
          (int) Math.round(Math.sqrt(size(EYE + "pos_embed", 1) - 1.0)),
          registers ? size(EYE + "register_tokens", 1) : 0,
          registers ? PositionResize.ANTIALIASED : PositionResize.OFFSET,
          Dinov2Config.FeedForward.GELU);
    }
  }
}
