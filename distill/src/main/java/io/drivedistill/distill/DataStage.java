package io.drivedistill.distill;

import io.drivedistill.core.Parallel;
import io.drivedistill.core.Stage;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.town.SyntheticDataset;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The data: synthetic towns are made in the run's folder, a NAVSIM tree is used where it lies. */
final class DataStage {
  private static final String NAME = "data";
  private static final int CODE_VERSION = 1;

  private final RunContext context;
  private final Stage stage;

  private DataStage(RunContext context, Stage stage) {
    this.context = context;
    this.stage = stage;
  }

  static DataStage run(RunContext context) {
    DataSettings data = context.experiment().data();
    long seed = data.synthetic().isPresent() ? context.experiment().seed() : 0;
    Stage stage =
        context
            .directory()
            .stage(
                NAME,
                Stage.key(NAME, CODE_VERSION, new Source(data, seed)),
                folder -> write(context, folder));
    return new DataStage(context, stage);
  }

  /** What the data follows from: the selections belong to the stages that select. */
  private record Source(Path root, DataSettings.Synthetic synthetic, long seed) {
    Source(DataSettings data, long seed) {
      this(data.root().orElse(null), data.synthetic().orElse(null), seed);
    }
  }

  private static void write(RunContext context, Path folder) {
    if (context.experiment().data().synthetic().isEmpty()) {
      return;
    }
    SyntheticDataset.write(
        context.experiment().data().synthetic().get().specs(context.experiment().seed()),
        folder,
        Parallel.processors(),
        context.display());
  }

  Stage stage() {
    return stage;
  }

  /** The split of a selection. */
  NavsimDataset open(SceneSelection selection) {
    Path root = context.experiment().data().root().orElse(stage.folder());
    return NavsimDataset.open(root, selection.split());
  }

  /** The scenes of a selection, log after log. */
  Stream<Scene> scenes(SceneSelection selection) {
    NavsimDataset dataset = open(selection);
    SceneFilter filter = selection.filterFor(dataset);
    return dataset.scenes(filter);
  }
}
