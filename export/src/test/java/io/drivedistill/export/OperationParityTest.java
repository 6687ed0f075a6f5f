package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.util.NDImageUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import io.drivedistill.export.lowering.Lowerings;
import io.drivedistill.export.trace.Tracer;
import io.drivedistill.nn.GridSample;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation on [batch, 3, 4, 6], with a free batch, against ONNX Runtime. */
class OperationParityTest {

  static Stream<Arguments> operations() {
    return Stream.of(
        op("scalar arithmetic", x -> x.add(2).mul(3.5).sub(1f).div(4).pow(2)),
        op(
            "reverse arithmetic",
            x -> x.getNDArrayInternal().rsub(1).exp().getNDArrayInternal().rdiv(2f)),
        op("power of a positive", x -> x.abs().add(0.1).pow(0.7)),
        op("maximum and minimum", x -> x.maximum(0.1f).minimum(0.5f)),
        op("remainder", x -> x.mul(7).mod(2)),
        op("array arithmetic", x -> x.mul(x.neg()).sub(x.abs()).div(x.square().add(1))),
        op(
            "grid sample",
            x -> GridSample.bilinear(x, x.get(":, 0:2").mul(1.3).transpose(0, 2, 3, 1))),
        op("in place", x -> x.add(1).muli(2).addi(x).subi(0.5).negi()),
        op(
            "roots and logs",
            x ->
                x.abs()
                    .add(1)
                    .sqrt()
                    .add(x.abs().add(1).log())
                    .add(x.abs().add(1).log2())
                    .add(x.abs().add(1).log10())),
        op(
            "angles",
            x -> x.sin().add(x.cos()).add(x.tan()).add(x.asin()).add(x.acos()).add(x.atan())),
        op("hyperbolic", x -> x.sinh().add(x.cosh()).add(x.tanh()).add(x.erf())),
        op(
            "rounding",
            x ->
                x.mul(5)
                    .floor()
                    .add(x.mul(5).ceil())
                    .add(x.mul(5).round())
                    .add(x.mul(5).trunc())
                    .add(x.sign())),
        op("atan2", x -> x.atan2(x.flip(3))),
        op("degrees", x -> x.toDegrees().add(x.toRadians())),
        op("clip", x -> x.clip(-0.3, 0.4)),
        op(
            "activations",
            x ->
                Activation.relu(x)
                    .add(Activation.sigmoid(x))
                    .add(Activation.tanh(x))
                    .add(Activation.gelu(x))
                    .add(Activation.elu(x, 0.7f))
                    .add(Activation.selu(x))
                    .add(Activation.leakyRelu(x, 0.2f))
                    .add(Activation.softPlus(x))
                    .add(Activation.softSign(x))),
        op("swish and mish", x -> Activation.swish(x, 1.5f).add(Activation.mish(x))),
        op("softmax", x -> x.softmax(-1).add(x.softmax(1)).add(x.logSoftmax(2))),
        op(
            "sums",
            x ->
                x.sum(new int[] {1, 2})
                    .add(
                        x.sum(new int[] {2, 3}, true)
                            .squeeze(3)
                            .squeeze(2)
                            .sum(new int[] {1}, true))),
        op("means", x -> x.mean(new int[] {3}).add(x.mean(new int[] {-1}))),
        op("extremes", x -> x.max(new int[] {1}, true).add(x.min(new int[] {1}, true))),
        op("whole reductions", x -> x.sum().add(x.mean()).add(x.max()).add(x.min()).expandDims(0)),
        op("products", x -> x.add(2).prod(new int[] {1})),
        op(
            "norms",
            x -> x.norm(2, new int[] {1}, true).add(x.norm(1, new int[] {1}, true)).add(x.norm())),
        op("normalize", x -> x.normalize(2, 1)),
        op("reshape with -1", x -> x.reshape(-1, 12, 6)),
        op("reshape by read size", x -> x.reshape(x.getShape().get(0), 72)),
        op("batch into rows and back", x -> x.reshape(-1, 6).mul(2).reshape(x.getShape())),
        op("merge batch by read size", x -> x.reshape(x.getShape().get(0) * 3, 4, 6)),
        op("flatten", x -> x.flatten(1, 2)),
        op("flatten all", NDArray::flatten),
        op("transpose", x -> x.transpose(0, 2, 3, 1)),
        op("transpose all", NDArray::transpose),
        op("swap axes", x -> x.swapAxes(1, -1)),
        op("expand and squeeze", x -> x.expandDims(1).expandDims(-1).squeeze(-1).squeeze(1)),
        op("broadcast", x -> x.get(":, :1").broadcast(x.getShape())),
        op("tile", x -> x.tile(new long[] {1, 2, 1, 3})),
        op("repeat axis", x -> x.repeat(2, 3)),
        op("repeat batch", x -> x.repeat(0, 2)),
        op("pad", x -> x.pad(new Shape(1, 2, 0, 3), 0.5)),
        op("flip", x -> x.flip(1, 3)),
        op(
            "concat",
            x ->
                x.concat(x.mul(2), 1)
                    .concat(x.getManager().ones(new Shape(x.getShape().get(0), 1, 4, 6)), 1)),
        op("stack", x -> NDArrays.stack(new NDList(x, x.mul(2), x.neg()), 2)),
        op(
            "split",
            x -> {
              NDList parts = x.split(2, 3);
              return parts.get(0).sub(parts.get(1));
            }),
        op(
            "split at",
            x -> {
              NDList parts = x.split(new long[] {1, 4}, 3);
              return parts
                  .get(0)
                  .add(parts.get(1).sum(new int[] {3}, true))
                  .add(parts.get(2).sum(new int[] {3}, true));
            }),
        op("ranges", x -> x.get(":, 1:, 0:4:2, 2:5")),
        op("ellipsis", x -> x.get("..., 2")),
        op("negative positions", x -> x.get(":, -1, :-1, -3:")),
        op("new axis", x -> x.get(new NDIndex(":, {}, 1", (Object) null))),
        op(
            "positions by array",
            x -> x.get(new NDIndex(":, :, :, {}", x.getManager().create(new long[] {5, 0, 3})))),
        op(
            "positions of two axes",
            x ->
                x.get(
                    new NDIndex(
                        ":, {}, {}",
                        x.getManager().create(new long[] {0, 2, 1}),
                        x.getManager().create(new long[] {3, -1, 0})))),
        op("gather", x -> x.gather(x.argSort(3), 3)),
        op("take", x -> x.take(x.getManager().create(new long[] {0, 5, 7}))),
        op(
            "write a range",
            x -> {
              NDArray y = x.duplicate();
              y.set(new NDIndex(":, 1:3, :, 2"), 0.25f);
              return y;
            }),
        op(
            "write an array",
            x -> {
              NDArray y = x.duplicate();
              y.set(new NDIndex(":, 1, 0:2, :"), x.get(":, 0, 2:, :").mul(3));
              return y;
            }),
        op(
            "write into zeros",
            x -> {
              NDArray y = x.getManager().zeros(x.getShape());
              y.set(new NDIndex(":, 1:"), x.get(":, 1:"));
              return y;
            }),
        op("scatter", x -> x.scatter(x.argSort(3), x.mul(2), 3)),
        op("matrix product", x -> x.matMul(x.swapAxes(2, 3)).softmax(-1).matMul(x)),
        op("matrix by constant", x -> x.matMul(ramp(x, 6, 5))),
        op("constant by matrix", x -> ramp(x, 5, 4).reshape(1, 1, 5, 4).matMul(x)),
        op(
            "comparisons",
            x ->
                x.gt(0)
                    .toType(DataType.FLOAT32, false)
                    .add(x.lte(0.2).toType(DataType.FLOAT32, false))
                    .add(x.eq(x).toType(DataType.FLOAT32, false))),
        op(
            "integers compared",
            x ->
                x.mul(3)
                    .toType(DataType.INT64, false)
                    .gte(1)
                    .toType(DataType.INT32, false)
                    .toType(DataType.FLOAT32, false)),
        op("where", x -> NDArrays.where(x.lt(0), x.mul(0.1f), x.exp())),
        op(
            "logic",
            x ->
                x.gt(0)
                    .logicalAnd(x.lt(0.5))
                    .logicalOr(x.lt(-0.5))
                    .logicalNot()
                    .toType(DataType.FLOAT32, false)),
        op("arg extremes", x -> x.argMax(1).add(x.argMin(1))),
        op("one-hot", x -> x.argMax(3).oneHot(6)),
        op(
            "top k",
            x -> x.topK(2, 3, true, true).get(0).concat(x.topK(2, 3, false, true).get(0), 3)),
        op("top k positions", x -> x.topK(3, 3, true, true).get(1)),
        op("sort", x -> x.sort(2)),
        op("running sum", x -> x.cumSum(3).add(x.cumSum(1))),
        op("difference", x -> x.diff(2, 3)),
        op("diagonal", x -> x.diagonal(1, 2, 3)),
        op(
            "bilinear resize",
            x -> x.getNDArrayInternal().interpolation(new long[] {9, 11}, 1, false)),
        op(
            "bilinear shrink",
            x -> x.getNDArrayInternal().interpolation(new long[] {2, 3}, 1, false)),
        op(
            "nearest resize",
            x -> x.getNDArrayInternal().interpolation(new long[] {8, 9}, 0, false)),
        op("constants per batch", x -> x.add(x.getManager().zeros(x.getShape()).add(3))),
        op("ones like", x -> x.add(x.onesLike().mul(2))),
        op(
            "count along the batch",
            x ->
                x.mul(
                    x.getManager()
                        .arange(0, (int) x.getShape().get(0), 1, DataType.INT64)
                        .toType(DataType.FLOAT32, false)
                        .reshape(-1, 1, 1, 1))),
        op(
            "coordinates",
            x -> x.gatherNd(x.getManager().create(new long[][] {{0, 0}, {1, 2}, {3, 0}}))),
        op("one turn", x -> x.rotate90(1, new int[] {2, 3})),
        op(
            "two turns and three",
            x -> x.rotate90(2, new int[] {1, 3}).rotate90(3, new int[] {1, 3})),
        op("x log y", x -> x.round().xlogy(x.abs().add(1))),
        op("cube root", x -> x.abs().add(1).toDense().cbrt()),
        op(
            "write a scalar",
            x -> {
              NDArray y = x.sum(new int[] {0, 2, 3});
              y.setScalar(new NDIndex("1"), 7f);
              return y.sub(0.5).subi(1).expandDims(0).broadcast(x.getShape().get(0), 3);
            }),
        op(
            "write one number",
            x -> {
              NDArray y = x.mul(2);
              y.set(new NDIndex(":, 0, 1, 2"), 7);
              y.set(new NDIndex(":, 2").addIndices(3), x.get(":, 0, 0"));
              return y;
            }),
        op("image operators", x -> picture(x)),
        op("median", x -> x.median(new int[] {3})),
        op("median of an odd number", x -> x.median(new int[] {1})),
        op("percentile", x -> x.percentile(30, new int[] {3})),
        op("running product", x -> x.add(1).cumProd(3)),
        op(
            "put",
            x ->
                x.put(
                    x.getManager().create(new long[] {1, 7, 4}),
                    x.getManager().create(new float[] {1, 2, 3}))),
        op("powers in place", x -> x.abs().add(1).powi(2).divi(3).modi(2).addi(x.neg().signi())),
        op(
            "truths",
            x ->
                numeric(x.gt(0).all())
                    .add(numeric(x.gt(0).any()))
                    .add(numeric(x.gt(5).none()))
                    .add(x)),
        op("exclusive or", x -> numeric(x.gt(0).logicalXor(x.lt(0.5)))),
        op("not a number", x -> numeric(x.log().isNaN()).add(numeric(x.div(0).isInfinite()))),
        op("unequal", x -> numeric(x.neq(0)).add(numeric(x.round().neq(x)))),
        op(
            "inner product",
            x -> x.get(":, 0, 0").dot(x.get(":, 1, 0").transpose().get(":, :1").reshape(6, -1))),
        op(
            "matrix products in a batch",
            x -> x.get(":, 0").batchMatMul(x.get(":, 1").swapAxes(1, 2))),
        op("fixed positions", x -> x.swapAxes(0, 1).get(x.getManager(), 2)),
        op(
            "one element per row",
            x -> {
              NDArray rows = x.get(":, 0, 0");
              return rows.get(new NDIndex(":").addPickDim(rows.argMax(1)));
            }),
        op("part of the batch", x -> x.get(":1").add(x.get("1:").sum()).add(x.get("-1:"))),
        op("stop gradient and device", x -> x.stopGradient().toDevice(x.getDevice(), true).mul(2)));
  }

  private static NDArray numeric(NDArray truth) {
    return truth.toType(DataType.FLOAT32, false);
  }

  /** A uint8 picture [batch, 4, 6, 3] made into the usual normalised float picture, enlarged. */
  private static NDArray picture(NDArray x) {
    NDArray bytes = x.add(1).mul(100).toType(DataType.UINT8, false).transpose(0, 2, 3, 1);
    NDArray large =
        NDImageUtils.resize(
            bytes.toType(DataType.FLOAT32, false), 9, 8, Image.Interpolation.BILINEAR);
    return NDImageUtils.normalize(
        NDImageUtils.toTensor(large),
        new float[] {0.5f, 0.4f, 0.3f},
        new float[] {0.2f, 0.25f, 0.3f});
  }

  private static NDArray ramp(NDArray like, int rows, int columns) {
    return like.getManager()
        .arange(rows * columns)
        .toType(DataType.FLOAT32, false)
        .div(10)
        .reshape(rows, columns);
  }

  private static Arguments op(String name, UnaryOperator<NDArray> function) {
    return arguments(name, function);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void isTheSameInOnnxRuntime(String name, UnaryOperator<NDArray> function) {
    Parity.Report report =
        Exports.prove(
            new LambdaBlock(inputs -> new NDList(function.apply(inputs.get(0)))),
            List.of(InputSpec.batched("x", 2, 3, 4, 6)),
            List.of("y"));
    assertThat(report.differences().get(0).magnitude()).as(name).isPositive();
  }

  @Test
  void everyLoweringIsProven() {
    Set<String> proven = new TreeSet<>(OverloadCoverageTest.IN_BLOCKS);
    proven.addAll(OverloadCoverageTest.REFUSED);
    try (NDManager manager = NDManager.newBaseManager()) {
      operations()
          .forEach(
              arguments -> {
                @SuppressWarnings("unchecked") // as operations() made it
                UnaryOperator<NDArray> function = (UnaryOperator<NDArray>) arguments.get()[1];
                NDArray x = manager.randomUniform(-1, 1, new Shape(2, 3, 4, 6));
                Tracer.record(Exports.lambda(function), Map.of("x", x), Map.of())
                    .calls()
                    .forEach(call -> proven.add(call.name()));
              });
    }
    assertThat(proven).containsAll(Lowerings.standard().operations());
  }
}
