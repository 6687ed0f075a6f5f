package io.drivedistill.latentaction;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Provenance;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.WeightsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The folder of a latent action model: {@code model.json} (key and settings), {@code
 * scaling.safetensors}, {@code environment.safetensors}, {@code ego.safetensors} (weights by
 * UniVLA's names), {@code environment/} and {@code ego/} (checkpoint and loss history), {@code
 * health.json} and {@code provenance.json}, which are written last.
 */
public final class LatentActionFolder {
  static final String ENVIRONMENT = "environment";
  static final String EGO = "ego";
  private static final String MODEL = "model.json";
  private static final String HEALTH = "health.json";
  private static final String SCALING = "scaling.safetensors";
  private static final String KEY = "key";

  private final Path folder;
  private final Model model;

  private LatentActionFolder(Path folder, Model model) {
    this.folder = folder;
    this.model = model;
  }

  /** What {@value #MODEL} holds. */
  private record Model(ContentKey key, LatentActionSettings settings) {}

  /**
   * What became of a training.
   *
   * @param conditioned whether stage 1 was told trajectory and ego state; false for recordings
   *     without poses
   * @param pairs frame pairs that were trained on
   * @param environment codebook of stage 1
   * @param ego codebook of stage 2
   */
  public record Health(
      boolean conditioned, int pairs, CodebookHealth environment, CodebookHealth ego) {}

  /** Takes an empty folder, or one in which the same model was begun. */
  static LatentActionFolder claim(Path folder, ContentKey key, LatentActionSettings settings) {
    Path file = folder.resolve(MODEL);
    if (Files.exists(file)) {
      LatentActionFolder found = new LatentActionFolder(folder, JsonFiles.read(file, Model.class));
      if (!found.model.key().equals(key)) {
        throw new DriveDistillException(
            folder.toAbsolutePath()
                + " holds a latent action model of other settings or recordings ("
                + found.model.key().brief()
                + ", expected "
                + key.brief()
                + ")",
            "Maybe choose another folder, or delete this one.");
      }
      return found;
    }
    JsonFiles.write(file, new Model(key, settings));
    return new LatentActionFolder(folder, new Model(key, settings));
  }

  /**
   * Opens a finished model.
   *
   * @throws DriveDistillException if there is none or its training did not end
   */
  public static LatentActionFolder open(Path folder) {
    if (!Files.exists(folder.resolve(HEALTH))) {
      throw new DriveDistillException(
          "Expected a trained latent action model in "
              + folder.toAbsolutePath()
              + ", found "
              + (Files.exists(folder.resolve(MODEL)) ? "one that is not finished" : "none"),
          "Maybe run 'drivedistill latent-action train' with this folder first; it continues where"
              + " it stopped.");
    }
    return new LatentActionFolder(folder, JsonFiles.read(folder.resolve(MODEL), Model.class));
  }

  /** Names the model by all that it was made from. */
  public ContentKey key() {
    return model.key();
  }

  /** Settings of the model. */
  public LatentActionSettings settings() {
    return model.settings();
  }

  /** What became of the training. */
  public Health health() {
    return JsonFiles.read(folder.resolve(HEALTH), Health.class);
  }

  /** Folder of a stage's checkpoint and {@code losses.jsonl}. */
  public Path checkpoints(String stage) {
    return folder.resolve(stage);
  }

  void finish(Health health, Provenance provenance) {
    provenance.writeTo(folder);
    JsonFiles.write(folder.resolve(HEALTH), health);
  }

  private Path weights(String stage) {
    return folder.resolve(stage + ".safetensors");
  }

  boolean isDone(String stage) {
    return Files.exists(weights(stage));
  }

  void save(String stage, Block block) {
    WeightsFile.save(block, weights(stage), Map.of(KEY, model.key().hex()));
  }

  void load(String stage, Block block, NDManager manager) {
    requireOwn(weights(stage));
    WeightsFile.at(weights(stage)).load(block, manager);
  }

  /** The trained ego model without what only training needs. */
  EgoActionModel egoModel(NDManager manager) {
    EgoActionModel ego = new EgoActionModel(settings().model());
    requireOwn(weights(EGO));
    WeightsFile.at(weights(EGO))
        .allowExtra(name -> name.startsWith("motion_head."))
        .load(ego, manager);
    return ego;
  }

  private void requireOwn(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      if (!model.key().hex().equals(tensors.metadata().get(KEY))) {
        throw new DriveDistillException(
            file.toAbsolutePath() + " does not belong to the model in its folder",
            "Maybe files of two models were mixed; delete the folder and train again.");
      }
    }
  }

  /** The scaling, made and kept at the first call. */
  FeatureScaling scaling(Supplier<FeatureScaling> fit) {
    Path file = folder.resolve(SCALING);
    if (!Files.exists(file)) {
      FeatureScaling made = fit.get();
      Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
      tensors.put("mean", Safetensors.Source.ofFloats(made.mean(), made.mean().length));
      tensors.put("scale", Safetensors.Source.ofFloats(made.scale(), made.scale().length));
      Safetensors.write(file, tensors, Map.of(KEY, model.key().hex()));
    }
    requireOwn(file);
    try (Safetensors tensors = Safetensors.open(file)) {
      return new FeatureScaling(tensors.floats("mean"), tensors.floats("scale"));
    }
  }
}
