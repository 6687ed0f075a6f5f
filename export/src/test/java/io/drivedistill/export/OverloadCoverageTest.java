package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.lowering.Lowerings;
import io.drivedistill.export.trace.ArrayIndex;
import io.drivedistill.export.trace.RecordedCall;
import io.drivedistill.export.trace.Tracer;
import io.drivedistill.export.trace.Value;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every overload of every array method that the engine computes and a lowering says is among the
 * operations that {@link OperationParityTest} and {@link OperationVariantsTest} compare with ONNX
 * Runtime on random inputs. Overloads that differ only in how sizes are written count as one.
 */
class OverloadCoverageTest {
  /** Compared within blocks, by {@link ExportedBlocksTest} and {@link DjlBlocksTest}. */
  static final Set<String> IN_BLOCKS =
      Set.of(
          "linear",
          "convolution",
          "batchNorm",
          "layerNorm",
          "embedding",
          "dropout",
          "lstm",
          "gru",
          "rnn",
          "maxPool",
          "avgPool",
          "lpPool",
          "globalAvgPool",
          "globalMaxPool",
          "globalLpPool");

  /** Results whose shape depends on values: refused, see {@link ExportErrorsTest}. */
  static final Set<String> REFUSED = Set.of("booleanMask", "nonzero", "unique");

  /**
   * Overloads that the PyTorch engine of DJL 0.35.1 throws at, and writing numbers of Java over a
   * traced array.
   */
  private static final Set<String> REFUSED_OVERLOADS =
      Set.of("tile(number,number)", "oneHot(number,number,number,type)", "set(Buffer)");

  @Test
  void everyOverloadIsProven() {
    Set<String> proven = new TreeSet<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.randomUniform(-1, 1, new Shape(2, 3, 4, 6));
      Stream.concat(OperationParityTest.operations(), OperationVariantsTest.onFloats())
          .forEach(
              arguments -> {
                @SuppressWarnings("unchecked") // as both make it
                UnaryOperator<NDArray> function = (UnaryOperator<NDArray>) arguments.get()[1];
                NDArray own = x.duplicate();
                own.attach(manager);
                Tracer.record(Exports.lambda(function), Map.of("x", own), Map.of())
                    .calls()
                    .forEach(call -> proven.add(signature(call)));
              });
      Set<String> missing = new TreeSet<>(overloads(manager.ones(new Shape(1))));
      missing.removeAll(proven);
      missing.removeAll(REFUSED_OVERLOADS);
      assertThat(missing).isEmpty();
    }
  }

  private static Set<String> overloads(NDArray array) {
    Set<String> said = Lowerings.standard().operations();
    return Stream.of(NDArray.class, NDArrayEx.class)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> said.contains(method.getName()))
        .filter(method -> !IN_BLOCKS.contains(method.getName()))
        .filter(method -> !REFUSED.contains(method.getName()))
        .filter(method -> isComputedByTheEngine(array, method))
        .map(OverloadCoverageTest::signature)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isComputedByTheEngine(NDArray array, Method method) {
    Object target =
        method.getDeclaringClass() == NDArray.class ? array : array.getNDArrayInternal();
    try {
      return !target
          .getClass()
          .getMethod(method.getName(), method.getParameterTypes())
          .getDeclaringClass()
          .isInterface();
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signature(Method method) {
    return named(
        method.getName(),
        Arrays.stream(method.getParameterTypes())
            .filter(type -> type != NDManager.class)
            .map(OverloadCoverageTest::kind)
            .toList());
  }

  private static String signature(RecordedCall call) {
    return named(call.name(), call.arguments().stream().map(OverloadCoverageTest::kind).toList());
  }

  private static String named(String name, List<String> kinds) {
    return name + "(" + String.join(",", kinds) + ")";
  }

  private static String kind(Class<?> type) {
    if (type == NDArray.class) {
      return "array";
    }
    if (type == NDList.class) {
      return "list";
    }
    if (type == NDIndex.class) {
      return "index";
    }
    if (type == boolean.class) {
      return "flag";
    }
    if (type == DataType.class) {
      return "type";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "number";
    }
    return type == Shape.class || type.isArray() ? "sizes" : type.getSimpleName();
  }

  private static String kind(Object argument) {
    Object given = Objects.requireNonNull(argument);
    if (given instanceof Value) {
      return "array";
    }
    if (given instanceof List<?>) {
      return "list";
    }
    if (given instanceof ArrayIndex) {
      return "index";
    }
    if (given instanceof Boolean) {
      return "flag";
    }
    if (given instanceof DataType) {
      return "type";
    }
    if (given instanceof Number) {
      return "number";
    }
    return given instanceof long[] ? "sizes" : given.getClass().getSimpleName();
  }

  @Test
  void refusedOverloadsSayWhere() {
    List<UnaryOperator<NDArray>> refused =
        List.of(
            x -> x.tile(1, 3),
            x -> x.argMax(1).oneHot(5, 2f, -1f, DataType.FLOAT32),
            x -> {
              NDArray copy = x.duplicate();
              copy.set(new float[(int) x.size()]);
              return copy;
            });
    for (UnaryOperator<NDArray> function : refused) {
      assertThatThrownBy(
              () ->
                  new OnnxExporter()
                      .export(
                          Exports.lambda(function),
                          List.of(InputSpec.batched("x", 1, 4)),
                          List.of("y")))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("OverloadCoverageTest.java:")
          .hasMessageContaining("Maybe");
    }
  }
}
