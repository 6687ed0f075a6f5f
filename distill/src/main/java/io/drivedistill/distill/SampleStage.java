package io.drivedistill.distill;

import io.drivedistill.core.Stage;
import io.drivedistill.navsim.scene.NavsimDataset;
import java.nio.file.Path;

/** Student inputs and targets of one selection of scenes, prepared once. */
final class SampleStage {
  private static final int CODE_VERSION = 1;

  private SampleStage() {}

  /**
   * Prepares the scenes of a selection.
   *
   * @param name what the scenes are for; the stage is called after it
   * @param preparation turns a scene into a sample; {@code settings} are all that it depends on
   */
  static Stage run(
      RunContext context,
      DataStage data,
      String name,
      SceneSelection selection,
      Object settings,
      SampleStore.Preparation preparation) {
    String stage = "samples-" + name;
    return context
        .directory()
        .stage(
            stage,
            Stage.key(stage, CODE_VERSION, new Inputs(selection, settings), data.stage()),
            folder -> prepare(context, data, name, selection, preparation, folder));
  }

  private record Inputs(SceneSelection selection, Object settings) {}

  private static void prepare(
      RunContext context,
      DataStage data,
      String name,
      SceneSelection selection,
      SampleStore.Preparation preparation,
      Path folder) {
    NavsimDataset dataset = data.open(selection);
    SampleStore.prepare(
        folder,
        dataset,
        selection.filterFor(dataset),
        preparation,
        context.display(),
        "Student inputs, " + name);
  }

  /** Opens the scenes that a stage prepared. */
  static SampleStore open(DataStage data, SceneSelection selection, Stage prepared) {
    NavsimDataset dataset = data.open(selection);
    return SampleStore.open(prepared.folder(), dataset.selectedLogs(selection.filterFor(dataset)));
  }
}
