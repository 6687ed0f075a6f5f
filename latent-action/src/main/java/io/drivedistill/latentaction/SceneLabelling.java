package io.drivedistill.latentaction;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentStore;
import io.drivedistill.core.Progress;
import io.drivedistill.latentaction.FrameFeatures.FrameIndex;
import io.drivedistill.nn.TensorLibrary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Gives every scene its codes by a trained latent action model. Only pictures and their times are
 * looked at.
 */
public final class SceneLabelling {
  private final LatentActionFolder folder;
  private final ContentStore features;
  private final Progress.Display display;

  public SceneLabelling(
      LatentActionFolder folder, ContentStore features, Progress.Display display) {
    this.folder = folder;
    this.features = features;
    this.display = display;
  }

  /** Labels every frame whose recording goes on long enough after it. */
  public SceneCodes label(List<Recording> recordings) {
    LatentActionSettings settings = folder.settings();
    int tokens = settings.model().tokens();
    Map<FrameIndex, int[]> byFirstFrame = new LinkedHashMap<>();
    pairCodes(recordings, (pair, codes) -> byFirstFrame.put(pair.first(), codes));
    Map<String, SceneCodes.Scene> scenes = new LinkedHashMap<>();
    for (int r = 0; r < recordings.size(); r++) {
      Recording recording = recordings.get(r);
      for (int f = 0; f < recording.frames().size(); f++) {
        List<Integer> found = codesFrom(recording, r, f, settings.timing(), byFirstFrame);
        if (found.size() == settings.timing().intervals() * tokens) {
          String token = recording.frames().get(f).token();
          scenes.put(token, new SceneCodes.Scene(recording.name(), token, found));
        }
      }
    }
    return new SceneCodes(SceneCodes.header(folder.key(), settings), scenes);
  }

  /** The ego codes of every pair of frames of the model's distance, recording by recording. */
  public List<CodedPair> pairs(List<Recording> recordings) {
    List<CodedPair> coded = new ArrayList<>();
    pairCodes(
        recordings,
        (pair, codes) ->
            coded.add(
                new CodedPair(
                    recordings.get(pair.first().recording()),
                    pair.first().frame(),
                    pair.second().frame(),
                    codes)));
    return coded;
  }

  private void pairCodes(List<Recording> recordings, BiConsumer<FramePairs.Pair, int[]> sink) {
    LatentActionSettings settings = folder.settings();
    try (FrameEye eye = FrameEye.open(settings.eye());
        NDManager manager = TensorLibrary.newManager()) {
      FrameFeatures seen = FrameFeatures.of(recordings, eye, false, features, display);
      FeatureScaling scaling = folder.scaling(SceneLabelling::missingScaling);
      EgoActionModel model = folder.egoModel(manager);
      FramePairs pairs = FramePairs.of(recordings, seen, scaling, settings.timing().pairS(), 0);
      int[][] codes = StageCodes.ego(model, pairs, manager);
      for (int i = 0; i < codes.length; i++) {
        sink.accept(pairs.pairs().get(i), codes[i]);
      }
    }
  }

  private static List<Integer> codesFrom(
      Recording recording,
      int recordingIndex,
      int frame,
      ActionTiming timing,
      Map<FrameIndex, int[]> byFirstFrame) {
    List<Integer> found = new ArrayList<>();
    for (int k = 0; k < timing.intervals(); k++) {
      double timeS = recording.frames().get(frame).timeS() + k * timing.strideS();
      int[] some = byFirstFrame.get(new FrameIndex(recordingIndex, recording.nearest(timeS)));
      if (some == null) {
        return List.of();
      }
      for (int code : some) {
        found.add(code);
      }
    }
    return found;
  }

  private static FeatureScaling missingScaling() {
    throw new io.drivedistill.core.DriveDistillException(
        "The latent action model has no scaling.safetensors",
        "Maybe the file was deleted; delete the model's folder and train again.");
  }
}
