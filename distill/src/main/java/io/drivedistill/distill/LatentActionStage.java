package io.drivedistill.distill;

import io.drivedistill.core.ContentStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Stage;
import io.drivedistill.distill.report.ReportModel;
import io.drivedistill.latentaction.CodebookHealth;
import io.drivedistill.latentaction.LatentActionFolder;
import io.drivedistill.latentaction.LatentActionSettings;
import io.drivedistill.latentaction.LatentActionTraining;
import io.drivedistill.latentaction.NavsimRecordings;
import io.drivedistill.latentaction.Recording;
import io.drivedistill.latentaction.SceneCodes;
import io.drivedistill.latentaction.SceneLabelling;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.teacher.action.CodeLabels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Trains the latent action model on unlabelled drives, then gives codes to the scenes that a
 * teacher learns from or is judged on.
 */
final class LatentActionStage {
  private static final String TRAIN = "latent-action";
  private static final String LABEL = "codes";
  private static final int CODE_VERSION = 1;
  private static final String MODEL_FOLDER = "model";
  private static final String CODES_FILE = "codes.jsonl";
  private static final String FEATURE_STORE = "frame-features";

  private final RunContext context;
  private final DataStage data;
  private final LatentActionSettings settings;

  LatentActionStage(RunContext context, DataStage data) {
    this.context = context;
    this.data = data;
    settings = context.experiment().latentAction();
  }

  /** Codes of a scene. */
  int positions() {
    return settings.positions();
  }

  Stage train() {
    long seed = context.experiment().seed();
    SceneSelection unlabelled = context.experiment().data().unlabelled();
    record Inputs(LatentActionSettings settings, long seed, SceneSelection unlabelled) {}
    return context
        .directory()
        .stage(
            TRAIN,
            context.tensorKey(
                TRAIN, CODE_VERSION, new Inputs(settings, seed, unlabelled), data.stage()),
            folder -> {
              LatentActionFolder.Health health =
                  new LatentActionTraining(settings, seed, features(), context.display())
                      .train(recordings(unlabelled), folder.resolve(MODEL_FOLDER));
              tell("Environment codebook", health.environment());
              tell("Ego codebook", health.ego());
            });
  }

  private void tell(String which, CodebookHealth health) {
    context.tell().accept(which + ": " + health);
  }

  Stage label(Stage trained) {
    DataSettings source = context.experiment().data();
    record Inputs(SceneSelection unlabelled, SceneSelection heldOut) {}
    return context
        .directory()
        .stage(
            LABEL,
            context.tensorKey(
                LABEL,
                CODE_VERSION,
                new Inputs(source.unlabelled(), source.heldOut()),
                data.stage(),
                trained),
            folder -> write(folder, trained));
  }

  private void write(Path folder, Stage trained) {
    DataSettings source = context.experiment().data();
    Map<String, Recording> byName = new LinkedHashMap<>();
    for (SceneSelection selection : List.of(source.unlabelled(), source.heldOut())) {
      recordings(selection).forEach(one -> byName.put(selection.split() + "/" + one.name(), one));
    }
    LatentActionFolder model = LatentActionFolder.open(trained.folder().resolve(MODEL_FOLDER));
    SceneCodes codes =
        new SceneLabelling(model, features(), context.display())
            .label(new ArrayList<>(byName.values()));
    codes.write(folder.resolve(CODES_FILE));
    context.tell().accept("Codes of " + codes.scenes().size() + " scenes");
  }

  /** Frame features are shared by training and labelling, and by later runs in this folder. */
  private ContentStore features() {
    return new ContentStore(context.directory().root().resolve(FEATURE_STORE));
  }

  private List<Recording> recordings(SceneSelection selection) {
    NavsimDataset dataset = data.open(selection);
    Set<String> logs = new LinkedHashSet<>(dataset.selectedLogs(selection.filterFor(dataset)));
    return NavsimRecordings.read(dataset, List.copyOf(logs), CameraName.CAM_F0);
  }

  /** The codes of every scene. */
  CodeLabels codes(Stage labelled) {
    SceneCodes codes = SceneCodes.read(labelled.folder().resolve(CODES_FILE));
    return token ->
        codes
            .of(token)
            .orElseThrow(
                () ->
                    new DriveDistillException(
                        "Scene " + token + " has no latent action codes",
                        "Maybe its future is shorter than latentAction.timing asks for: "
                            + settings.timing().horizonS()
                            + " s."));
  }

  /** How the codes are used. */
  static List<ReportModel.Codebook> codebooks(Stage trained) {
    LatentActionFolder.Health health = model(trained).health();
    return List.of(
        new ReportModel.Codebook("ego, stage 2", health.ego().counts()),
        new ReportModel.Codebook("environment, stage 1", health.environment().counts()));
  }

  /** Folders with the loss history of each training. */
  static Map<String, Path> trainings(Stage trained) {
    LatentActionFolder model = model(trained);
    Map<String, Path> folders = new LinkedHashMap<>();
    folders.put("stage 1, environment", model.checkpoints("environment"));
    folders.put("stage 2, ego", model.checkpoints("ego"));
    return folders;
  }

  private static LatentActionFolder model(Stage trained) {
    return LatentActionFolder.open(trained.folder().resolve(MODEL_FOLDER));
  }
}
