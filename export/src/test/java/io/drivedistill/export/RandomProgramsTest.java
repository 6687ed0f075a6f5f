package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Programs of random array operations on random shapes, element types and arguments: each is equal
 * in ONNX Runtime, with all that it computes on the way, or refused by an error that names the
 * line. {@code -Ddrivedistill.seed=N -Ddrivedistill.programs=N} searches elsewhere.
 */
class RandomProgramsTest {
  private static final long SEED = Long.getLong("drivedistill.seed", 20251121);
  private static final int PROGRAMS = Integer.getInteger("drivedistill.programs", 200);
  private static final int LONGEST = 6;
  private static final int LARGEST = 2000;

  private static final List<DataType> TYPES =
      List.of(
          DataType.FLOAT32,
          DataType.FLOAT64,
          DataType.INT64,
          DataType.INT32,
          DataType.INT8,
          DataType.UINT8,
          DataType.BOOLEAN);

  /** One operation on two arrays by their places; most look at the first only. */
  private record Step(String text, int a, int b, BinaryOperator<NDArray> run) {
    NDArray of(List<NDArray> arrays) {
      return run.apply(arrays.get(a), arrays.get(b));
    }

    @Override
    public String toString() {
      return text + " of " + a + " and " + b;
    }
  }

  /** What is drawn for one program. */
  private record Dice(SplittableRandom random) {
    int below(int bound) {
      return random.nextInt(Math.max(1, bound));
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
      return choices[below(choices.length)];
    }

    /** Any axis, seldom that of the batch, sometimes counted from the end. */
    int axis(NDArray x) {
      int rank = x.getShape().dimension();
      int axis = rank > 1 && below(5) > 0 ? 1 + below(rank - 1) : below(rank);
      return below(4) == 0 ? axis - rank : axis;
    }

    Number number(NDArray x) {
      return x.getDataType().isFloating()
          ? oneOf((Number) 2, -1, 0.5f, 1.5, 3L, 7)
          : oneOf((Number) 2, -1, 3, 5L, 0.5f);
    }

    String index(NDArray x) {
      StringBuilder index = new StringBuilder(":");
      for (int axis = 1; axis < x.getShape().dimension() && below(4) > 0; axis++) {
        int size = (int) Math.max(1, x.getShape().get(axis));
        int from = below(size);
        index
            .append(", ")
            .append(
                oneOf(
                    ":",
                    String.valueOf(from),
                    String.valueOf(-1 - from),
                    from + ":",
                    ":" + (from + 2),
                    -1 - from + ":",
                    from + ":" + (below(size) + 1) + ":" + (1 + below(2)),
                    ":-" + (from + 1)));
      }
      return index + oneOf("", "", ", ...");
    }
  }

  private static Step step(List<NDArray> arrays, Dice dice) {
    int a = dice.below(2) == 0 ? arrays.size() - 1 : dice.below(arrays.size());
    int b = dice.below(arrays.size());
    NDArray x = arrays.get(a);
    Number n = dice.number(x);
    String index = dice.index(x);
    int axis = dice.axis(x);
    int rank = x.getShape().dimension();
    boolean flag = dice.below(2) == 0;
    DataType type = TYPES.get(dice.below(TYPES.size()));
    String with = " (" + n + ", [" + index + "], axis " + axis + ", " + flag + ", " + type + ")";
    return switch (dice.below(52)) {
      case 0 -> new Step("add", a, b, NDArray::add);
      case 1 -> new Step("sub", a, b, NDArray::sub);
      case 2 -> new Step("mul", a, b, NDArray::mul);
      case 3 -> new Step("div", a, b, (y, z) -> y.div(z.abs().add(1)));
      case 4 -> new Step("maximum", a, b, NDArray::maximum);
      case 5 -> new Step("minimum", a, b, NDArray::minimum);
      case 6 -> new Step("add" + with, a, a, (y, z) -> y.add(n));
      case 7 -> new Step("mul" + with, a, a, (y, z) -> y.mul(n));
      case 8 -> new Step("div" + with, a, a, (y, z) -> y.div(n));
      case 9 -> new Step("mod" + with, a, a, (y, z) -> y.mod(n));
      case 10 -> new Step("rsub" + with, a, a, (y, z) -> y.getNDArrayInternal().rsub(n));
      case 11 -> new Step("subi muli" + with, a, b, (y, z) -> y.duplicate().subi(n).muli(z));
      case 12 -> new Step("gt", a, b, NDArray::gt);
      case 13 -> new Step("lte" + with, a, a, (y, z) -> y.lte(n));
      case 14 -> new Step("eq" + with, a, a, (y, z) -> y.eq(n));
      case 15 -> new Step("neq", a, b, NDArray::neq);
      case 16 -> new Step("logicalAnd", a, b, NDArray::logicalAnd);
      case 17 -> new Step("logicalNot", a, a, (y, z) -> y.logicalNot());
      case 18 -> new Step("abs", a, a, (y, z) -> flag ? y.abs() : y.sign());
      case 19 -> new Step("sin", a, a, (y, z) -> flag ? y.sin() : y.atan());
      case 20 -> new Step("exp", a, a, (y, z) -> flag ? y.clip(-9, 9).exp() : y.tanh());
      case 21 -> new Step("log", a, a, (y, z) -> flag ? y.abs().add(1).log() : y.abs().sqrt());
      case 22 -> new Step("round" + with, a, a, (y, z) -> flag ? y.round() : y.floor());
      case 23 ->
          new Step("relu" + with, a, a, (y, z) -> flag ? Activation.relu(y) : Activation.gelu(y));
      case 24 ->
          new Step("sigmoid", a, a, (y, z) -> flag ? Activation.sigmoid(y) : Activation.mish(y));
      case 25, 26 -> new Step("toType" + with, a, a, (y, z) -> y.toType(type, false));
      case 27 -> new Step("sum" + with, a, a, (y, z) -> y.sum(new int[] {axis}, flag));
      case 28 -> new Step("mean" + with, a, a, (y, z) -> y.mean(new int[] {axis}, flag));
      case 29 -> new Step("max" + with, a, a, (y, z) -> y.max(new int[] {axis}, flag));
      case 30 -> new Step("all" + with, a, a, (y, z) -> flag ? y.sum() : y.min());
      case 31 -> new Step("argMax" + with, a, a, (y, z) -> flag ? y.argMax(axis) : y.argMin(axis));
      case 32 ->
          new Step("softmax" + with, a, a, (y, z) -> flag ? y.softmax(axis) : y.logSoftmax(axis));
      case 33 -> new Step("cumSum" + with, a, a, (y, z) -> flag ? y.cumSum(axis) : y.flip(axis));
      case 34 ->
          new Step("sort" + with, a, a, (y, z) -> flag ? y.sort(axis) : y.argSort(axis, false));
      case 35 -> new Step("gather" + with, a, a, (y, z) -> y.gather(y.argSort(axis), axis));
      case 36 -> new Step("transpose", a, a, (y, z) -> flag ? y.transpose() : y.swapAxes(0, -1));
      case 37 ->
          new Step(
              "reshape", a, a, (y, z) -> y.reshape(flag ? new long[] {-1, 4} : new long[] {4, -1}));
      case 38 -> new Step("flatten", a, a, (y, z) -> y.flatten(rank - 2, rank - 1));
      case 39 ->
          new Step(
              "expandDims" + with,
              a,
              a,
              (y, z) -> y.expandDims(rank - 1).squeeze(rank - 1).expandDims(1));
      case 40 -> new Step("concat" + with, a, b, (y, z) -> y.concat(z, axis));
      case 41 -> new Step("stack", a, b, (y, z) -> NDArrays.stack(new NDList(y, z), 1));
      case 42, 43 -> new Step("get" + with, a, a, (y, z) -> y.get(index));
      case 44 -> new Step("set" + with, a, a, (y, z) -> written(y, index, n));
      case 45 -> new Step("set array" + with, a, a, (y, z) -> written(y, index, null));
      case 46 -> new Step("where", a, b, (y, z) -> NDArrays.where(y.gt(0), y, z));
      case 47 -> new Step("matMul", a, b, (y, z) -> y.matMul(flag ? z.swapAxes(-1, -2) : z));
      case 48 -> new Step("pad", a, a, (y, z) -> y.pad(new Shape(1, 0, 0, 2), 1));
      case 49 ->
          new Step(
              "repeat" + with,
              a,
              a,
              (y, z) -> flag ? y.repeat(rank - 1, 2) : y.tile(new long[] {1, 2, 1}));
      case 50 ->
          new Step(
              "norm" + with,
              a,
              a,
              (y, z) -> flag ? y.norm(2, new int[] {axis}, true) : y.normalize(2, axis));
      default ->
          new Step(
              "oneHot" + with,
              a,
              a,
              (y, z) -> flag ? y.argMax(1).oneHot(5) : y.rotate90(1, new int[] {1, 2}));
    };
  }

  private static NDArray written(NDArray x, String index, Number number) {
    NDArray copy = x.duplicate();
    if (number == null) {
      copy.set(new NDIndex(index), x.get(index).add(1));
    } else {
      copy.set(new NDIndex(index), number);
    }
    return copy;
  }

  private static List<InputSpec> inputs(Dice dice) {
    DataType type = TYPES.get(dice.below(TYPES.size()));
    return List.of(
        InputSpec.batched("x", 1, 3, 4),
        InputSpec.batched("y", 1, dice.oneOf(1L, 3L), 4)
            .holding(type, type == DataType.UINT8 ? 0 : -4, 5),
        InputSpec.batched("z", 1, 4));
  }

  /** Steps that DJL can run, on arrays of two examples. */
  private static List<Step> program(List<InputSpec> inputs, Dice dice) {
    List<Step> steps = new ArrayList<>();
    int length = 1 + dice.below(LONGEST);
    try (NDManager manager = NDManager.newBaseManager()) {
      List<NDArray> arrays = new ArrayList<>();
      inputs.forEach(input -> arrays.add(input.random(manager, 2, dice.random())));
      for (int tries = 0; steps.size() < length && tries < 60; tries++) {
        Step step = step(arrays, dice);
        try {
          NDArray result = step.of(arrays);
          if (result.size() <= LARGEST) {
            arrays.add(result);
            steps.add(step);
          }
        } catch (RuntimeException refusedByDjl) {
          // another one is drawn
        }
      }
    }
    return steps;
  }

  private static NDList run(NDList inputs, List<Step> steps) {
    List<NDArray> arrays = new ArrayList<>(inputs);
    steps.forEach(step -> arrays.add(step.of(arrays)));
    return new NDList(arrays.subList(inputs.size(), arrays.size()));
  }

  @Test
  void areEqualOrRefused() {
    int refused = 0;
    for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
      Dice dice = new Dice(new SplittableRandom(seed));
      List<InputSpec> inputs = inputs(dice);
      List<Step> steps = program(inputs, dice);
      List<String> names = IntStream.range(0, steps.size()).mapToObj(i -> "step" + i).toList();
      String text = "seed " + seed + ": " + inputs + " " + steps;
      LambdaBlock block = new LambdaBlock(given -> run(given, steps));
      try {
        OnnxModel model = new OnnxExporter().export(block, inputs, names);
        Parity.check(block, model, names, seed, List.of(1, 3), Parity.TOLERANCE);
      } catch (DriveDistillException e) {
        assertThat(e.getMessage())
            .as(text)
            .containsAnyOf("RandomProgramsTest.java:", "DJL itself cannot run");
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(text, e);
      }
    }
    assertThat(refused).isLessThan(PROGRAMS / 10);
  }
}
