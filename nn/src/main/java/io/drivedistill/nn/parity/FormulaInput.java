package io.drivedistill.nn.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Inputs that fixtures with formula weights describe in a line: {@code 0.5+0.5*u('input.camera')
 * [1,3,256,1024]}, {@code clip(floor(10*u('input.lidar')),0,5)/5 [1,1,256,256]}, or parts in a row,
 * {@code [0,1,0,0] ++ 6*u('input.status')[4]}.
 */
public final class FormulaInput {
  private static final String NUMBER = "(\\d+(?:\\.\\d+)?)";
  private static final String UNIFORM =
      "(?:" + NUMBER + "\\+)?(?:" + NUMBER + "\\*)?u\\('([^']+)'\\)";
  private static final String SIZES = "\\s*\\[([^\\]]*)\\]";
  private static final Pattern PLAIN = Pattern.compile(UNIFORM + SIZES);
  private static final Pattern COUNTS =
      Pattern.compile(
          "clip\\(floor\\(" + UNIFORM + "\\)," + NUMBER + "," + NUMBER + "\\)/" + NUMBER + SIZES);
  private static final Pattern LITERAL = Pattern.compile(SIZES);

  private FormulaInput() {}

  /**
   * Makes an input.
   *
   * @param sizes values of letters that stand for sizes, such as H and W
   * @return float32; parts in a row become [1, N]
   * @throws DriveDistillException if the line is not understood
   */
  public static NDArray of(String line, Map<String, Long> sizes, NDManager manager) {
    String text = line.strip();
    Matcher plain = PLAIN.matcher(text);
    if (plain.matches()) {
      return uniform(plain, shape(plain.group(4), sizes, line), manager);
    }
    Matcher counts = COUNTS.matcher(text);
    if (counts.matches()) {
      long[] shape = shape(counts.group(7), sizes, line);
      return Inference.run(
          () ->
              Scalars.scale(
                  uniform(counts, shape, manager)
                      .floor()
                      .clip(
                          Double.parseDouble(counts.group(4)), Double.parseDouble(counts.group(5))),
                  1 / Double.parseDouble(counts.group(6))));
    }
    if (text.contains("++")) {
      return row(text, line, manager);
    }
    throw unknown(line);
  }

  private static NDArray row(String text, String line, NDManager manager) {
    List<Float> values = new ArrayList<>();
    for (String part : text.split("\\+\\+")) {
      Matcher plain = PLAIN.matcher(part.strip());
      Matcher literal = LITERAL.matcher(part.strip());
      if (plain.matches()) {
        NDArray numbers = uniform(plain, shape(plain.group(4), Map.of(), line), manager);
        for (float number : numbers.toFloatArray()) {
          values.add(number);
        }
      } else if (literal.matches()) {
        Arrays.stream(literal.group(1).split(",")).map(Float::valueOf).forEach(values::add);
      } else {
        throw unknown(line);
      }
    }
    float[] flat = new float[values.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values.get(i);
    }
    return Constants.of(manager, flat, 1, flat.length);
  }

  private static NDArray uniform(Matcher matcher, long[] shape, NDManager manager) {
    double offset = matcher.group(1) == null ? 0 : Double.parseDouble(matcher.group(1));
    double scale = matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2));
    return FormulaWeights.input(manager, matcher.group(3), scale, offset, shape);
  }

  private static long[] shape(String list, Map<String, Long> sizes, String line) {
    String[] parts = list.split(",");
    long[] shape = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i].strip();
      if (sizes.containsKey(part)) {
        shape[i] = sizes.get(part);
      } else if (part.matches("\\d+")) {
        shape[i] = Long.parseLong(part);
      } else {
        throw unknown(line);
      }
    }
    return shape;
  }

  private static DriveDistillException unknown(String line) {
    return new DriveDistillException(
        "The formula '" + line + "' of a fixture's input is not understood",
        "Maybe the fixture is newer than this program.");
  }
}
