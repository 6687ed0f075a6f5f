package io.drivedistill.navsim.log;

import io.drivedistill.core.pickle.NumpyArray;
import io.drivedistill.core.pickle.PickleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Typed access to one dictionary of a log; errors name the key and its place. */
record LogFields(Map<?, ?> values, String place, Allowance allowance) {
  static LogFields of(Object value, String place, Allowance allowance) throws PickleException {
    if (value instanceof Map<?, ?> map) {
      return new LogFields(map, place, allowance);
    }
    throw new PickleException("expected a dictionary for " + place + ", found " + kind(value));
  }

  /**
   * How many elements may be read from a log. A pickle may name one array in all frames by two
   * bytes each; honest logs hold more bytes than elements.
   */
  static final class Allowance {
    private long elementsLeft;

    Allowance(long fileBytes) {
      this.elementsLeft = fileBytes;
    }

    void take(long elements) throws PickleException {
      elementsLeft -= elements;
      if (elementsLeft < 0) {
        throw new PickleException("its frames share their values, together far more than it holds");
      }
    }
  }

  boolean has(String key) {
    return values.get(key) != null;
  }

  LogFields dictionary(String key) throws PickleException {
    return of(require(key), place + "[" + key + "]", allowance);
  }

  String text(String key) throws PickleException {
    Object value = require(key);
    if (value instanceof String text) {
      return text;
    }
    throw unexpected(key, "text", value);
  }

  String text(String key, String absent) throws PickleException {
    return has(key) ? text(key) : absent;
  }

  long integer(String key) throws PickleException {
    Object value = require(key);
    if (value instanceof Long number) {
      return number;
    }
    throw unexpected(key, "an integer", value);
  }

  /** Exactly {@code count} numbers from a list, tuple or array of any shape. */
  double[] numbers(String key, int count) throws PickleException {
    double[] numbers = numbers(key);
    if (numbers.length != count) {
      throw new PickleException(
          "expected " + count + " numbers in " + place + "[" + key + "], found " + numbers.length);
    }
    return numbers;
  }

  double[] numbers(String key) throws PickleException {
    List<?> items = items(key);
    double[] numbers = new double[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(items.get(i) instanceof Number number)) {
        throw unexpected(key, "numbers", items.get(i));
      }
      numbers[i] = number.doubleValue();
    }
    return numbers;
  }

  List<String> texts(String key) throws PickleException {
    List<String> texts = new ArrayList<>();
    for (Object item : items(key)) {
      if (!(item instanceof String text)) {
        throw unexpected(key, "texts", item);
      }
      texts.add(text);
    }
    return texts;
  }

  /** The flat elements of a list, tuple or array. */
  List<?> items(String key) throws PickleException {
    Object value = require(key);
    if (value instanceof List<?> list) {
      allowance.take(list.size());
      return list;
    }
    if (value instanceof Object[] tuple) {
      allowance.take(tuple.length);
      return Arrays.asList(tuple);
    }
    if (value instanceof NumpyArray array) {
      allowance.take(array.size());
      List<Object> elements = new ArrayList<>(array.size());
      for (int i = 0; i < array.size(); i++) {
        elements.add(array.get(i));
      }
      return elements;
    }
    throw unexpected(key, "a list or an array", value);
  }

  Vector3 vector(String key) throws PickleException {
    double[] v = numbers(key, 3);
    return new Vector3(v[0], v[1], v[2]);
  }

  Quaternion quaternion(String key) throws PickleException {
    double[] q = numbers(key, 4);
    return new Quaternion(q[0], q[1], q[2], q[3]);
  }

  Matrix matrix(String key, int rows, int columns) throws PickleException {
    return Matrix.of(rows, columns, numbers(key, rows * columns));
  }

  private Object require(String key) throws PickleException {
    Object value = values.get(key);
    if (value == null) {
      throw new PickleException("expected the key '" + key + "' in " + place + ", found none");
    }
    return value;
  }

  private PickleException unexpected(String key, String expected, Object found) {
    return new PickleException(
        "expected " + expected + " in " + place + "[" + key + "], found " + kind(found));
  }

  /** What a value is, without printing it: a value from a stranger may contain itself. */
  static String kind(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Collection<?> list) {
      return "a list of " + list.size();
    }
    return value.getClass().getSimpleName();
  }
}
