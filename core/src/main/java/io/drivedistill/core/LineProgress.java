package io.drivedistill.core;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Progress for log files: a line every ten seconds or ten per cent, and one at the end. */
final class LineProgress implements Progress {
  private static final long INTERVAL_NS = 10_000_000_000L;
  private static final int PARTS = 10;

  private final String task;
  private final long total;
  private final LongSupplier clockNs;
  private final Consumer<String> out;
  private final long startNs;
  private long done;
  private long lastPart;
  private long lastNs;
  private String note = "";

  LineProgress(String task, long total, LongSupplier clockNs, Consumer<String> out) {
    this.task = task;
    this.total = total;
    this.clockNs = clockNs;
    this.out = out;
    this.startNs = clockNs.getAsLong();
    this.lastNs = startNs;
  }

  static LineProgress onStandardError(String task, long total) {
    return new LineProgress(task, total, System::nanoTime, System.err::println);
  }

  @Override
  public synchronized void step(long steps) {
    done += steps;
    long now = clockNs.getAsLong();
    long part = total > 0 ? done * PARTS / total : 0;
    boolean partReached = part > lastPart && now - lastNs >= INTERVAL_NS / PARTS;
    if (done < total && (partReached || now - lastNs >= INTERVAL_NS)) {
      lastPart = part;
      lastNs = now;
      double elapsedS = (now - startNs) * 1e-9;
      double leftS = elapsedS / done * (total - done);
      out.accept(line(elapsedS, ", " + Progress.duration(leftS) + " left"));
    }
  }

  @Override
  public synchronized void note(String text) {
    note = text;
  }

  @Override
  public synchronized void close() {
    double elapsedS = (clockNs.getAsLong() - startNs) * 1e-9;
    out.accept(
        line(elapsedS, done < total ? ", stopped" : ", done in " + Progress.duration(elapsedS)));
  }

  private String line(double elapsedS, String end) {
    long percent = total > 0 ? done * 100 / total : 100;
    return String.format(
        Locale.ROOT,
        "%s: %d of %d (%d %%), %.1f/s%s%s",
        task,
        done,
        total,
        percent,
        elapsedS > 0 ? done / elapsedS : 0,
        end,
        note.isEmpty() ? "" : "; " + note);
  }
}
