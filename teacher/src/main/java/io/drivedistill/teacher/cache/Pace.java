package io.drivedistill.teacher.cache;

import io.drivedistill.core.Progress;
import java.util.Locale;
import java.util.function.Consumer;

/** Says once, after the first batches, how long all of them will take. Thread-safe. */
final class Pace {
  /** The first one also loads and warms up what it needs, so the time is taken from its end. */
  private static final int MEASURED_BATCHES = 3;

  private final int scenes;
  private final Progress progress;
  private final Consumer<String> tell;
  private final long startNs = System.nanoTime();
  private long firstEndNs;
  private int firstScenes;
  private int batches;
  private int done;

  /**
   * @param scenes in all
   */
  Pace(int scenes, Progress progress, Consumer<String> tell) {
    this.scenes = scenes;
    this.progress = progress;
    this.tell = tell;
  }

  /** Notes a finished batch. */
  synchronized void batch(int size) {
    progress.step(size);
    done += size;
    batches++;
    long nowNs = System.nanoTime();
    if (batches == 1) {
      firstEndNs = nowNs;
      firstScenes = size;
    }
    if (batches == MEASURED_BATCHES && done < scenes) {
      double perSceneS = (nowNs - firstEndNs) * 1e-9 / (done - firstScenes);
      double allS = (nowNs - startNs) * 1e-9 + (scenes - done) * perSceneS;
      tell.accept(
          String.format(
              Locale.ROOT,
              "%.3g s a scene, about %s for all %d",
              perSceneS,
              readable(allS),
              scenes));
    }
  }

  private static String readable(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 6000
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
