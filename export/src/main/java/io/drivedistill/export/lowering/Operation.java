package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import io.drivedistill.export.trace.ArrayIndex;
import java.util.List;

/**
 * A recorded array operation, ready to be said in ONNX.
 *
 * @param name method of {@code NDArray} or {@code NDArrayEx}
 * @param receiver the array it was called on
 * @param arguments in order, without managers: a {@link Tensor}, a list of tensors, an {@link
 *     ArrayIndex} of tensors, a list of {@link Dim}s (shapes and integer arrays), a {@link Dim}
 *     (integers), other numbers, booleans, enums, {@link DataType}s, or {@link #ABSENT}
 * @param results types of the results as PyTorch computed them
 * @param site the Java line that made the call
 */
public record Operation(
    String name, Tensor receiver, List<Object> arguments, List<TensorType> results, String site) {
  /** Stands for a null argument. */
  public static final Object ABSENT = new Object();

  /** Type of the only result. */
  public TensorType result() {
    return results.get(0);
  }

  /** Number of arguments. */
  public int count() {
    return arguments.size();
  }

  /** Whether the argument is there and not null. */
  public boolean has(int i) {
    return i < count() && arguments.get(i) != ABSENT;
  }

  /** Whether the argument is an array. */
  public boolean isTensor(int i) {
    return has(i) && arguments.get(i) instanceof Tensor;
  }

  /** An array argument, or null. */
  public Tensor tensor(int i) {
    return has(i) ? (Tensor) arguments.get(i) : null;
  }

  /** An array list argument. */
  public List<Tensor> tensors(int i) {
    return ((List<?>) arguments.get(i)).stream().map(Tensor.class::cast).toList();
  }

  /** An {@code NDIndex} argument. */
  public ArrayIndex index(int i) {
    return (ArrayIndex) arguments.get(i);
  }

  /** Whether the argument is a single number. */
  public boolean isNumber(int i) {
    return has(i) && (arguments.get(i) instanceof Number || arguments.get(i) instanceof Dim);
  }

  /** A number. */
  public double number(int i) {
    return arguments.get(i) instanceof Dim dim
        ? fixed(dim)
        : ((Number) arguments.get(i)).doubleValue();
  }

  /** A whole number that must not depend on the batch size, an axis for example. */
  public int integer(int i) {
    return Math.toIntExact(fixed((Dim) arguments.get(i)));
  }

  /** A whole number that may depend on the batch size. */
  public Dim dim(int i) {
    return (Dim) arguments.get(i);
  }

  /** A truth value. */
  public boolean flag(int i) {
    return (Boolean) arguments.get(i);
  }

  /** A shape or an array of whole numbers. */
  public List<Dim> dims(int i) {
    return ((List<?>) arguments.get(i)).stream().map(Dim.class::cast).toList();
  }

  /** Whether the argument is a shape or an array of whole numbers. */
  public boolean isDims(int i) {
    return has(i)
        && arguments.get(i) instanceof List<?> list
        && list.stream().allMatch(Dim.class::isInstance);
  }

  /** Whole numbers that must not depend on the batch size. */
  public long[] longs(int i) {
    return dims(i).stream().mapToLong(this::fixed).toArray();
  }

  /** An error about this operation, with the line that made it. */
  public DriveDistillException unsupported(String problem, String advice) {
    return new DriveDistillException(
        "The operation " + name + " at " + site + " " + problem, advice);
  }

  private long fixed(Dim dim) {
    if (!dim.isFixed()) {
      throw unsupported(
          "has an argument that grows with the batch size: " + dim,
          "Maybe export with a fixed batch size, or write the step so that it does not read the"
              + " size of the batch axis.");
    }
    return dim.fixed();
  }
}
