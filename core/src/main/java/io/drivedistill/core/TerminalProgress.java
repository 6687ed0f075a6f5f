package io.drivedistill.core;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with rate and remaining time. */
final class TerminalProgress implements Progress {
  private final ProgressBar bar;

  TerminalProgress(String task, long steps) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(200)
            .showSpeed(new DecimalFormat(" 0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .build();
  }

  @Override
  public void step(long steps) {
    bar.stepBy(steps);
  }

  @Override
  public void note(String text) {
    bar.setExtraMessage("  " + text);
  }

  @Override
  public void close() {
    bar.close();
  }
}
