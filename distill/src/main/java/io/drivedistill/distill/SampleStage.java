package io.drivedistill.distill;

import io.drivedistill.core.Stage;
import io.drivedistill.navsim.scene.NavsimDataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Student inputs and targets of one selection of scenes, prepared once. */
final class SampleStage {
  private static final String PREFIX = "samples-";
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
    return run(
        context,
        data,
        name,
        selection,
        settings,
        preparation,
        folder -> context.experiment().data().sampleCacheBytes() - bytesOfOthers(folder));
  }

  /** The same for samples so small that all are kept. */
  static Stage runUnbounded(
      RunContext context,
      DataStage data,
      String name,
      SceneSelection selection,
      Object settings,
      SampleStore.Preparation preparation) {
    return run(context, data, name, selection, settings, preparation, folder -> Long.MAX_VALUE);
  }

  private static Stage run(
      RunContext context,
      DataStage data,
      String name,
      SceneSelection selection,
      Object settings,
      SampleStore.Preparation preparation,
      ToLongFunction<Path> room) {
    String stage = PREFIX + name;
    return context
        .directory()
        .stage(
            stage,
            Stage.key(stage, CODE_VERSION, new Inputs(selection, settings), data.stage()),
            folder ->
                SampleStore.prepare(
                    folder,
                    source(data, selection, preparation),
                    room.applyAsLong(folder),
                    context.display(),
                    "Student inputs, " + name));
  }

  private record Inputs(SceneSelection selection, Object settings) {}

  /** Bytes that the samples of other selections of the run take. */
  private static long bytesOfOthers(Path folder) {
    try (Stream<Path> files = Files.walk(folder.getParent(), 2)) {
      return files
          .filter(file -> !file.startsWith(folder))
          .filter(file -> file.getParent().getFileName().toString().startsWith(PREFIX))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SampleStore.Source source(
      DataStage data, SceneSelection selection, SampleStore.Preparation preparation) {
    NavsimDataset dataset = data.open(selection);
    return new SampleStore.Source(dataset, selection.filterFor(dataset), preparation);
  }

  /**
   * Opens the scenes that a stage prepared.
   *
   * @param preparation the stage's, for scenes that found no room
   */
  static SampleStore open(
      DataStage data,
      SceneSelection selection,
      Stage prepared,
      SampleStore.Preparation preparation) {
    return SampleStore.open(prepared.folder(), source(data, selection, preparation));
  }
}
