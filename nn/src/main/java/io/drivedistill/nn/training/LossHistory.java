package io.drivedistill.nn.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** One JSON line per step. Lines after the last checkpoint are dropped when a run continues. */
public final class LossHistory implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final BufferedWriter out;

  /** Opens the history, keeping lines of steps before {@code endStep}. */
  static LossHistory continueAt(Path file, long endStep) {
    List<StepReport> kept =
        Files.exists(file)
            ? read(file).stream().filter(report -> report.step() < endStep).toList()
            : List.of();
    AtomicFiles.writeFile(
        file,
        out -> {
          for (StepReport report : kept) {
            out.write(line(report).getBytes(StandardCharsets.UTF_8));
          }
        });
    return new LossHistory(file);
  }

  private LossHistory(Path file) {
    this.file = file;
    try {
      out = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /**
   * All whole lines of a history; a line that a kill cut short ends it.
   *
   * @throws DriveDistillException if the file cannot be read
   */
  public static List<StepReport> read(Path file) {
    List<StepReport> reports = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        reports.add(JSON.readValue(line, StepReport.class));
      }
    } catch (JsonProcessingException e) {
      return reports;
    } catch (IOException e) {
      throw failure(file, e);
    }
    return reports;
  }

  void add(StepReport report) {
    try {
      out.write(line(report));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static String line(StepReport report) throws IOException {
    return JSON.writeValueAsString(report) + "\n";
  }

  private static DriveDistillException failure(Path file, IOException e) {
    return new DriveDistillException(
        "Could not read or write the loss history " + file.toAbsolutePath() + ": " + e.getMessage(),
        "Maybe the disk is full or the folder is not writable; then run the same command again.",
        e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }
}
