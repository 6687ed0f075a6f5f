package io.drivedistill.navsim.score;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Score tables as plain CSV: a line of column names, then one line per trajectory with full double
 * precision (Java's shortest text that gives the same double back). What the columns cannot carry
 * lies beside it in {@code NAME.csv.json}: scorer, split, number of unscored scenes, and the CSV's
 * checksum, so that a cut or edited table is found.
 */
public final class ScoreTableFile {
  private static final List<String> KEYS = List.of("token", "name");

  private ScoreTableFile() {}

  /** What {@code NAME.csv.json} holds. */
  private record Facts(String scorer, String split, int unscored, ContentKey sha256) {}

  /** What a table says beside its rows. */
  public record Heading(String scorer, String split, int unscored) {}

  /** Gives the rows of a table one by one. */
  @FunctionalInterface
  public interface Rows {
    /** Hands every row to the sink; an exception leaves no table behind. */
    Heading writeTo(Consumer<ScoreRow> sink);
  }

  /**
   * Writes a table and its facts; each file appears whole or not at all.
   *
   * @throws DriveDistillException if a name cannot stand in a CSV, or the disk is full
   */
  public static void write(Path file, ScoreTable table) {
    write(
        file,
        table.columns(),
        sink -> {
          table.rows().forEach(sink);
          return new Heading(table.scorer(), table.split(), table.unscored());
        });
  }

  /** Writes a table whose rows need not be in memory together. */
  public static void write(Path file, List<String> columns, Rows rows) {
    AtomicReference<Heading> heading = new AtomicReference<>();
    AtomicFiles.writeFile(
        file,
        out -> {
          Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          text.write(String.join(",", KEYS) + ',' + String.join(",", columns) + '\n');
          try {
            heading.set(rows.writeTo(row -> append(text, row)));
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
          text.flush();
        });
    Heading given = heading.get();
    JsonFiles.write(
        factsOf(file),
        new Facts(given.scorer(), given.split(), given.unscored(), ContentKey.ofFile(file)));
  }

  private static void append(Writer text, ScoreRow row) {
    StringBuilder line = new StringBuilder();
    line.append(field(row.token())).append(',').append(field(row.name()));
    row.values().forEach(value -> line.append(',').append(value));
    try {
      text.append(line.append('\n'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path factsOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".json");
  }

  private static String field(String value) {
    if (value.isEmpty() || value.matches("(?s).*[,\"\\r\\n].*")) {
      throw new DriveDistillException(
          "The name '"
              + value
              + "' cannot be a CSV field: it is empty or has a"
              + " comma, quote or line break.",
          "Maybe rename the trajectories.");
    }
    return value;
  }

  /**
   * Reads a table.
   *
   * @throws DriveDistillException if the file is absent, cut, or not a score table
   */
  public static ScoreTable read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      Facts facts = JsonFiles.read(factsOf(file), Facts.class);
      if (!ContentKey.ofFile(file).equals(facts.sha256())) {
        throw new IllegalArgumentException(
            "its checksum is not the one in " + factsOf(file).getFileName());
      }
      return parse(lines, facts);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the score table " + file + ": " + e,
          "Maybe the path is misspelt, or scoring has not finished.",
          e);
    } catch (IllegalArgumentException e) {
      throw new DriveDistillException(
          "The score table " + file + " is damaged or of another kind: " + e.getMessage(),
          "Maybe it was edited by hand or cut off; score the trajectories again.",
          e);
    }
  }

  private static ScoreTable parse(List<String> lines, Facts facts) {
    List<String> names = lines.isEmpty() ? List.of() : List.of(lines.get(0).split(",", -1));
    if (names.size() < 3
        || !names.subList(0, 2).equals(KEYS)
        || !names.get(names.size() - 1).equals(ScoreTable.SCORE)) {
      throw new IllegalArgumentException("expected the columns token,name,...,score");
    }
    List<ScoreRow> list = new ArrayList<>(lines.size());
    for (int i = 1; i < lines.size(); i++) {
      list.add(row(lines.get(i), i + 1, names.size()));
    }
    return new ScoreTable(
        facts.scorer(), facts.split(), facts.unscored(), names.subList(2, names.size()), list);
  }

  private static ScoreRow row(String line, int number, int fields) {
    String[] parts = line.split(",", -1);
    if (parts.length != fields) {
      throw new IllegalArgumentException(
          "line " + number + " has " + parts.length + " fields, expected " + fields);
    }
    try {
      return new ScoreRow(
          parts[0], parts[1], Arrays.stream(parts).skip(KEYS.size()).map(Double::valueOf).toList());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
    }
  }
}
