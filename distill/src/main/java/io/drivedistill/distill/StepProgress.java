package io.drivedistill.distill;

import io.drivedistill.core.Progress;
import io.drivedistill.nn.training.StepReport;
import java.util.Locale;

/** Shows training steps; after a kill the first step seen is not the first of the plan. */
final class StepProgress {
  private final Progress progress;
  private long shown;

  StepProgress(Progress progress) {
    this.progress = progress;
  }

  void show(StepReport report) {
    progress.step(report.step() + 1 - shown);
    shown = report.step() + 1;
    progress.note(String.format(Locale.ROOT, "loss %.3f", report.loss()));
  }
}
