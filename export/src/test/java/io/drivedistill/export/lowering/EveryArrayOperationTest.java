package io.drivedistill.export.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every method of DJL's array interfaces is one of: said in ONNX, made of others by DJL itself,
 * refused with a reason, an escape from the tensor world that the tracer reports, a question about
 * type and shape, or not offered by the PyTorch engine. A new method of a new DJL is none of these
 * and fails here.
 */
class EveryArrayOperationTest {
  /** What the PyTorch engine of DJL 0.35.1 throws at, whatever the arguments. */
  private static final Set<String> NOT_IN_THE_ENGINE =
      Set.of(
          "acosh",
          "asinh",
          "atanh",
          "trace",
          "toSparse",
          "batchDot",
          "sequenceMask",
          "adadeltaUpdate",
          "adagradUpdate",
          "deconvolution",
          "multiBoxTarget",
          "nagUpdate",
          "prelu",
          "randomBrightness",
          "randomColorJitter",
          "randomFlipLeftRight",
          "randomFlipTopBottom",
          "randomHue",
          "rmspropUpdate",
          "rdivi",
          "rmodi",
          "rpowi");

  private static Stream<Method> methods() {
    return Stream.of(NDArray.class, NDArrayEx.class)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());
  }

  private static boolean givesArrays(Method method) {
    return NDArray.class.isAssignableFrom(method.getReturnType())
        || NDList.class.isAssignableFrom(method.getReturnType());
  }

  @Test
  void isSaidDecomposedOrRefused() {
    Set<String> said = Lowerings.standard().operations();
    Set<String> left = new TreeSet<>();
    Set<String> inPlace = new TreeSet<>();
    methods()
        .forEach(
            method -> {
              String name = method.getName();
              boolean accounted =
                  said.contains(name)
                      || Refusals.operations().contains(name)
                      || NOT_IN_THE_ENGINE.contains(name)
                      || method.isDefault()
                      // reads or asks: reported by the tracer, or a question about the type
                      || !givesArrays(method);
              if (!accounted) {
                left.add(name);
              }
              if (name.endsWith("i") && givesArrays(method)) {
                inPlace.add(name);
              }
            });
    // the array behind the internal view
    left.remove("getArray");
    // a constant: the boxes follow from the shape alone
    left.remove("multiBoxPrior");
    assertThat(left).isEmpty();
    assertThat(inPlace).contains("addi", "muli", "powi");
    assertThat(said).doesNotContainAnyElementsOf(Refusals.operations());
  }

  @Test
  void theEngineReallyLacksWhatIsSaidToBeLacking() throws IllegalAccessException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.ones(new Shape(2, 3));
      Set<String> seen = new TreeSet<>();
      for (Method method : methods().toList()) {
        if (NOT_IN_THE_ENGINE.contains(method.getName()) && !method.isDefault()) {
          seen.add(method.getName());
          Object target =
              method.getDeclaringClass() == NDArray.class ? array : array.getNDArrayInternal();
          Object[] nothing =
              Arrays.stream(method.getParameterTypes())
                  .map(EveryArrayOperationTest::zero)
                  .toArray();
          assertThatThrownBy(() -> method.invoke(target, nothing))
              .as(method.toString())
              .isInstanceOf(InvocationTargetException.class)
              .hasCauseInstanceOf(UnsupportedOperationException.class);
        }
      }
      assertThat(seen).isEqualTo(new TreeSet<>(NOT_IN_THE_ENGINE));
    }
  }

  private static Object zero(Class<?> type) {
    if (type == int.class) {
      return 0;
    }
    if (type == float.class) {
      return 0f;
    }
    return type == boolean.class ? (Object) false : null;
  }

  private static void export(UnaryOperator<NDArray> function) {
    Block block = new LambdaBlock(inputs -> new NDList(function.apply(inputs.get(0))));
    new OnnxExporter().export(block, List.of(InputSpec.batched("x", 1, 4, 4)), List.of("y"));
  }

  @Test
  void refusalsSayWhyAndWhere() {
    assertThatThrownBy(() -> export(x -> x.rfft(4).real()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("rfft")
        .hasMessageContaining("complex numbers")
        .hasMessageContaining("EveryArrayOperationTest.java:");
    assertThatThrownBy(() -> export(NDArray::inverse)).hasMessageContaining("no ONNX operator");
    assertThatThrownBy(() -> export(NDArray::asinh))
        .hasMessageContaining("does not offer asinh")
        .hasMessageContaining("EveryArrayOperationTest.java:");
  }
}
