package io.drivedistill.nn;

import java.nio.file.Path;
import java.util.List;

/**
 * How the tensors of a file met the parameters of a block.
 *
 * @param file where the tensors came from
 * @param matched parameters and buffers that got a value, by the block's names
 * @param missing parameters the file has no tensor for
 * @param extra tensors no parameter took, by their names in the file
 * @param misshapen tensors of another shape or type, each with what was expected
 */
public record LoadReport(
    Path file,
    List<String> matched,
    List<String> missing,
    List<String> extra,
    List<String> misshapen) {
  /** A checkpoint of another size differs in hundreds of tensors; in words these will do. */
  private static final int LISTED = 20;

  /** Copies the lists. */
  public LoadReport {
    matched = List.copyOf(matched);
    missing = List.copyOf(missing);
    extra = List.copyOf(extra);
    misshapen = List.copyOf(misshapen);
  }

  /** Number of parameters and buffers that got a value. */
  public int loaded() {
    return matched.size();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(file.toAbsolutePath()).append(": ").append(loaded()).append(" tensors loaded");
    append(text, "missing in the file", missing);
    append(text, "extra in the file", extra);
    append(text, "of another shape or type", misshapen);
    return text.toString();
  }

  private static void append(StringBuilder text, String title, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    text.append(System.lineSeparator()).append("  ").append(names.size()).append(' ').append(title);
    for (String name : names.subList(0, Math.min(LISTED, names.size()))) {
      text.append(System.lineSeparator()).append("    ").append(name);
    }
    if (names.size() > LISTED) {
      text.append(System.lineSeparator()).append("    … and ").append(names.size() - LISTED);
      text.append(" more");
    }
  }
}
