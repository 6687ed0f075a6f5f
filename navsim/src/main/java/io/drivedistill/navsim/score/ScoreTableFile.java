package io.drivedistill.navsim.score;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Score tables as CSV. The first line is a comment that carries what the columns cannot, {@code #
 * scorer=pdms-v1.1 split=test unscored=0}; then a line of column names, then one line per
 * trajectory with full double precision (Java's shortest text that gives the same double back). The
 * last line is {@code # rows=N}, so that a cut file is found. Readers that skip lines with {@code
 * #} see plain CSV.
 */
public final class ScoreTableFile {
  private static final Pattern HEAD =
      Pattern.compile("# scorer=(\\S+) split=(\\S+) unscored=(\\d{1,9})");
  private static final List<String> KEYS = List.of("token", "name");
  private static final String ROWS = "# rows=";

  private ScoreTableFile() {}

  /**
   * Writes a table; the file appears whole or not at all.
   *
   * @throws DriveDistillException if a name cannot stand in a CSV, or the disk is full
   */
  public static void write(Path file, ScoreTable table) {
    StringBuilder text = new StringBuilder();
    text.append("# scorer=").append(plain(table.scorer()));
    text.append(" split=").append(plain(table.split()));
    text.append(" unscored=").append(table.unscored()).append('\n');
    text.append(String.join(",", KEYS)).append(',');
    text.append(String.join(",", table.columns())).append('\n');
    for (ScoreRow row : table.rows()) {
      text.append(field(row.token())).append(',').append(field(row.name()));
      row.values().forEach(value -> text.append(',').append(value));
      text.append('\n');
    }
    text.append(ROWS).append(table.rows().size()).append('\n');
    AtomicFiles.writeText(file, text.toString());
  }

  private static String plain(String word) {
    if (!word.matches("\\S+")) {
      throw new IllegalArgumentException("Not one word: '" + word + "'");
    }
    return word;
  }

  private static String field(String value) {
    if (value.isEmpty() || value.matches("(?s).*[,\"\\r\\n].*") || value.startsWith("#")) {
      throw new DriveDistillException(
          "The name '"
              + value
              + "' cannot be a CSV field: it is empty, starts with # or has a"
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
      return parse(Files.readAllLines(file));
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

  private static ScoreTable parse(List<String> lines) {
    if (lines.size() < 3) {
      throw new IllegalArgumentException("expected at least 3 lines, found " + lines.size());
    }
    Matcher head = HEAD.matcher(lines.get(0));
    if (!head.matches()) {
      throw new IllegalArgumentException(
          "expected '# scorer=NAME split=NAME unscored=N' in the first line");
    }
    List<String> names = List.of(lines.get(1).split(",", -1));
    if (names.size() < 3
        || !names.subList(0, 2).equals(KEYS)
        || !names.get(names.size() - 1).equals(ScoreTable.SCORE)) {
      throw new IllegalArgumentException("expected the columns token,name,...,score");
    }
    int rows = lines.size() - 3;
    if (!lines.get(lines.size() - 1).equals(ROWS + rows)) {
      throw new IllegalArgumentException("expected '" + ROWS + rows + "' in the last line");
    }
    List<ScoreRow> list = new ArrayList<>(rows);
    for (int i = 2; i < lines.size() - 1; i++) {
      list.add(row(lines.get(i), i + 1, names.size()));
    }
    return new ScoreTable(
        head.group(1),
        head.group(2),
        Integer.parseInt(head.group(3)),
        names.subList(2, names.size()),
        list);
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
