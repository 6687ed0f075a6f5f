package io.drivedistill.navsim.imported;

import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of a data set: Argoverse 2 publishes Feather files, its test data are CSV, perhaps in
 * gzip.
 */
final class Columns {
  private static final List<String> ENDINGS = List.of(".feather", ".csv", ".csv.gz");

  private final Path file;
  private final int rows;
  private final Map<String, Values> columns;

  /** The values of a column. */
  interface Values {
    /** The value of a row as a double. */
    double number(int row);

    /** The value of a row as an integer. */
    long integer(int row);

    /** The value of a row as text. */
    String text(int row);
  }

  Columns(Path file, int rows, Map<String, Values> columns) {
    this.file = file;
    this.rows = rows;
    this.columns = columns;
  }

  /** The file of a table in a folder, in whichever form it is there. */
  static Optional<Path> find(Path folder, String name) {
    return ENDINGS.stream()
        .map(e -> folder.resolve(name + e))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Reads some columns of a table.
   *
   * @throws DriveDistillException if the file is absent or damaged, or lacks a column
   */
  static Columns read(Path file, Set<String> wanted) {
    try {
      Columns table =
          file.toString().endsWith(".feather")
              ? FeatherFile.read(file, wanted)
              : CsvFile.read(file, wanted);
      for (String name : wanted) {
        if (!table.columns.containsKey(name)) {
          throw new IllegalArgumentException("there is no column '" + name + "'");
        }
      }
      return table;
    } catch (IOException | IllegalArgumentException e) {
      throw new DriveDistillException(
          "Could not read the table " + file.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the download was cut off, or this is another table; fetch the file again.",
          e);
    }
  }

  int rows() {
    return rows;
  }

  double number(String column, int row) {
    try {
      return columns.get(column).number(row);
    } catch (NumberFormatException e) {
      throw wrong(column, row, e);
    }
  }

  long integer(String column, int row) {
    try {
      return columns.get(column).integer(row);
    } catch (NumberFormatException e) {
      throw wrong(column, row, e);
    }
  }

  String text(String column, int row) {
    return columns.get(column).text(row);
  }

  private DriveDistillException wrong(String column, int row, NumberFormatException e) {
    return new DriveDistillException(
        "Expected a number in column '"
            + column
            + "', row "
            + (row + 1)
            + " of "
            + file.toAbsolutePath()
            + ", found '"
            + columns.get(column).text(row)
            + "'.",
        "Maybe the file was edited or cut off; fetch it again.",
        e);
  }
}
