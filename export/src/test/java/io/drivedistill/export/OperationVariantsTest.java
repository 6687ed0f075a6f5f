package io.drivedistill.export;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.pooling.Pool;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same operations with other arguments, axes and element types than {@link
 * OperationParityTest}: what users of DJL write in blocks of their own.
 */
class OperationVariantsTest {

  static Stream<Arguments> onFloats() {
    return Stream.of(
        op("remainder by an array", x -> x.mul(9).mod(x.flip(2).add(1.5))),
        op("remainder near a multiple", x -> x.mul(10).round().mul(0.1f).mod(0.1f)),
        op("integers by a number", x -> whole(x).mul(3).add(2).sub(5)),
        op("integers divided", x -> whole(x).div(3)),
        op("integers divided by integers", x -> whole(x).div(whole(x).abs().add(1))),
        op("remainder of integers", x -> whole(x).mod(3)),
        op("remainder of integers, negative divisor", x -> whole(x).mod(-3)),
        op("powers of integers", x -> whole(x).pow(2)),
        op("integer plus fraction", x -> whole(x).add(0.5f)),
        op("integer times float array", x -> whole(x).mul(x)),
        op("int32 and int64", x -> x.mul(5).toType(DataType.INT32, false).add(whole(x))),
        op("truths in sums", x -> x.gt(0).add(x.lt(0.5))),
        op("truth times float", x -> x.gt(0).mul(x)),
        op("truths summed", x -> x.gt(0).sum(new int[] {1})),
        op("truths counted", x -> x.gt(0).countNonzero(1)),
        op("all counted", x -> x.gt(0).countNonzero().add(x.getManager().create(0L))),
        op("mean of integers as float", x -> whole(x).toType(DataType.FLOAT32, false).mean()),
        op("integer products", x -> whole(x).prod(new int[] {2})),
        op("integer maximum", x -> whole(x).maximum(1).minimum(whole(x).abs())),
        op("integer clip", x -> whole(x).clip(-2, 3)),
        op("integer sign and abs", x -> whole(x).sign().add(whole(x).abs()).add(whole(x).neg())),
        op("integer square", x -> whole(x).square()),
        op("integer softmax", x -> x.toType(DataType.FLOAT64, false).softmax(1)),
        op("doubles", x -> x.toType(DataType.FLOAT64, false).mul(1.5).exp().sum(new int[] {2})),
        op(
            "doubles, functions",
            x -> {
              NDArray y = x.toType(DataType.FLOAT64, false);
              return y.sin().add(y.cos()).add(y.tanh()).add(y.sqrt().isNaN()).add(y.floor());
            }),
        op("float to uint8", x -> x.add(1).mul(100).toType(DataType.UINT8, false)),
        op("float to int8", x -> x.mul(100).toType(DataType.INT8, false)),
        op("float to truth", x -> x.round().toType(DataType.BOOLEAN, false)),
        op("bytes added", x -> bytes(x).add(bytes(x))),
        op("bytes as float", x -> bytes(x).toType(DataType.FLOAT32, false).div(255)),
        op("bytes compared", x -> bytes(x).gt(120)),
        op("bytes clipped", x -> bytes(x).clip(3, 90)),
        op("sum over negative axes", x -> x.sum(new int[] {-1, -3}, true)),
        op("sum over the batch", x -> x.sum(new int[] {0})),
        op("max over the batch", x -> x.max(new int[] {0})),
        op("norm kept", x -> x.norm(true)),
        op("norm of axes", x -> x.norm(new int[] {2, 3})),
        op("norm of order 3", x -> x.norm(3, new int[] {3}, false)),
        op("whole normalise", x -> x.normalize()),
        op("whole product", x -> x.add(1.5).prod().reshape(1)),
        op("median of all", x -> x.get("0").median()),
        op("percentile of all", x -> x.get("0").percentile(70)),
        op("running sum of all", x -> x.get(":, 0, 0, 0").cumSum(0)),
        op("running sum over the batch", x -> x.cumSum(0)),
        op("running product of a type", x -> x.add(1).cumProd(3, DataType.FLOAT64)),
        op("integer running sum", x -> whole(x).cumSum(2)),
        op("difference once", x -> x.diff(1, -1)),
        op("arg max of all", x -> x.argMax()),
        op("arg min of all", x -> x.argMin()),
        op("arg max over the batch", x -> x.argMax(0)),
        op("arg max of the last axis", x -> x.argMax(-1)),
        op("arg sort downwards", x -> x.argSort(3, false)),
        op("arg sort", x -> x.argSort()),
        op("sort all", x -> x.sort()),
        op("sort integers", x -> whole(x).sort(3)),
        op("top k of the first axis", x -> x.topK(2, 1).get(0)),
        op("top k, smallest", x -> x.topK(3, -1, false, true).get(1)),
        op("one-hot of a type", x -> x.argMax(1).oneHot(4, DataType.INT32)),
        op("gather axis 1", x -> x.gather(x.argSort(1), 1)),
        op("gather negative axis", x -> x.gather(x.argSort(-1), -1)),
        op("gather fewer", x -> x.gather(x.topK(2, 3).get(1), 3)),
        op("take by computed positions", x -> x.take(x.argMax(3))),
        op("get by computed positions", x -> x.get("0, 0").get(x.get(":, 0, 0").argMax(1).mod(4))),
        op("get by an int32 array", x -> x.get(new NDIndex(":, {}", ints(x, 2, 0)))),
        op(
            "get by positions of a matrix",
            x -> x.get(new NDIndex(":, {}", longs(x, 2, 0, 1, 1).reshape(2, 2)))),
        op("get rows of the batch", x -> x.get(longs(x, 0, 0))),
        op("one position and an array", x -> x.get(new NDIndex(":, 1, :, {}", longs(x, 5, 0)))),
        op("a range and an array", x -> x.get(new NDIndex(":, 1:, :, {}", longs(x, 5, 0)))),
        op("arrays apart", x -> x.get(new NDIndex(":, {}, :, {}", longs(x, 0, 2), longs(x, 5, 1)))),
        op("negative step-free range", x -> x.get(":, -2:, 1:-1, ::2")),
        op("steps from an offset", x -> x.get(":, :, 1::2, 1:6:3")),
        op("range beyond the end", x -> x.get(":, 1:99")),
        op("only the last", x -> x.get("..., -1")),
        op("ellipsis in front", x -> x.get("..., 1:3, 2")),
        op("ellipsis behind", x -> x.get(":, 1, ...")),
        op("one index", x -> x.get(0)),
        op("two indices", x -> x.get(0, 2)),
        op("negative index", x -> x.get(-1)),
        op("scalar", x -> x.getScalar(0, 1, 2, 3).add(x)),
        op("new axes", x -> x.get(new NDIndex(":, {}, :, {}", null, null))),
        op("write a scalar everywhere", x -> written(x, y -> y.set(new NDIndex("..."), 2))),
        op("write with steps", x -> written(x, y -> y.set(new NDIndex(":, :, ::2, 1"), 3))),
        op(
            "write an array with steps",
            x -> written(x, y -> y.set(new NDIndex(":, :, :, 1::2"), x.get("..., :3").exp()))),
        op(
            "write at positions",
            x -> written(x, y -> y.set(new NDIndex(":, {}", longs(x, 2, 0)), 5f))),
        op(
            "write an array at positions",
            x ->
                written(
                    x, y -> y.set(new NDIndex(":, :, :, {}", longs(x, 5, 1)), x.get("..., 2:4")))),
        op("write at negative places", x -> written(x, y -> y.set(new NDIndex(":, -1, -2:"), 5))),
        op(
            "write a broadcast row",
            x -> written(x, y -> y.set(new NDIndex(":, 1:"), x.getManager().arange(6f)))),
        op("write by a mask", x -> written(x, y -> y.set(y.gt(0.3), -1))),
        op(
            "write by a function",
            x -> written(x, y -> y.set(new NDIndex(":, 1"), (NDArray part) -> part.mul(4)))),
        op("write numbers", x -> written(x, y -> y.get(":").sub(y.getManager().create(1f)))),
        op("write over one row of the batch", x -> written(x, y -> y.set(new NDIndex("0"), 7))),
        op("scatter numbers", x -> x.scatter(longs4(x), x.get("..., :2").mul(3), 3)),
        op("in place with arrays", x -> x.add(0).subi(x.exp()).divi(x.abs().add(1)).muli(x)),
        op("integers in place", x -> whole(x).addi(2).muli(whole(x)).subi(1)),
        op(
            "reversed arithmetic",
            x ->
                x.abs()
                    .add(1)
                    .getNDArrayInternal()
                    .rpow(2)
                    .add(x.add(2).getNDArrayInternal().rmod(3))
                    .add(x.getNDArrayInternal().rsub(x.exp()))),
        op("reversed in place", x -> x.add(3).getNDArrayInternal().rsubi(1)),
        op("compare with arrays", x -> x.gte(x.flip(3)).logicalAnd(x.lt(x.mean()))),
        op("compare integers with fractions", x -> whole(x).gt(0.5)),
        op("compare equal to integers", x -> whole(x).eq(2)),
        op("compare truths", x -> x.gt(0).eq(x.gt(0.1))),
        op("where of a scalar array", x -> NDArrays.where(x.gt(0), x, x.getManager().create(0f))),
        op("where of integers", x -> NDArrays.where(x.gt(0), whole(x), whole(x).neg())),
        op("minimum of broadcast arrays", x -> x.minimum(x.get(":, :1")).maximum(-0.2)),
        op("clip above only", x -> x.clip(-1e30, 0.2)),
        op("atan2 on the axes", x -> x.round().atan2(x.flip(3).round())),
        op("round halves", x -> x.mul(4).round().div(2).round()),
        op(
            "infinite and not a number",
            x -> x.round().log().isInfinite().logicalOr(x.log().isNaN())),
        op("logs of small numbers", x -> x.abs().log().maximum(-9)),
        op("rounding of integers", x -> whole(x).floor().add(whole(x).round())),
        op("cube root of negatives", x -> x.cbrt().isNaN()),
        op("flatten some", x -> x.flatten(-2, -1)),
        op("flatten from the batch", x -> x.flatten(0, 1)),
        op("reshape to one axis", x -> x.reshape(-1)),
        op("reshape with batch inside", x -> x.reshape(3, -1, 4).sum(new int[] {0, 2})),
        op("reshape keeping by zero", x -> x.reshape(new Shape(-1, 3, 24))),
        op("swap batch", x -> x.swapAxes(0, 2).add(1)),
        op("transpose negative", x -> x.transpose(0, -1, 1, 2)),
        op("tile by one number", x -> x.tile(2)),
        op("tile in front", x -> x.tile(new long[] {2, 1, 1, 1, 1})),
        op("repeat all", x -> x.repeat(2)),
        op("repeat by list", x -> x.repeat(new long[] {1, 2, 1, 3})),
        op("pad the last", x -> x.pad(new Shape(2, 0), 1)),
        op("pad three axes", x -> x.pad(new Shape(0, 1, 1, 0, 2, 2), -1)),
        op("pad integers", x -> whole(x).pad(new Shape(1, 1), 7)),
        op("flip the batch", x -> x.flip(0)),
        op("flip negative", x -> x.flip(-1, -2)),
        op("diagonal of the last two", x -> x.diagonal(-1, 2, 3)),
        op("diagonal of a matrix", x -> x.get("0, 0").diagonal()),
        op("diagonal beside", x -> x.get("0, 0").diagonal(2)),
        op("rotate back", x -> x.rotate90(-1, new int[] {3, 2})),
        op("split by sizes", x -> x.split(new long[] {2}, 2).get(1)),
        op("split once", x -> x.split(1).get(0)),
        op("concat the batch", x -> x.concat(x.mul(2)).mean(new int[] {1})),
        op("concat negative axis", x -> NDArrays.concat(new NDList(x, x, x.neg()), -1)),
        op("stack in front", x -> x.stack(x.neg())),
        op("stack at the end", x -> NDArrays.stack(new NDList(x, x.neg()), -1)),
        op("concat types", x -> whole(x).concat(whole(x).neg(), 2)),
        op("matrix by vector", x -> x.matMul(x.getManager().arange(6f))),
        op("vector by matrix", x -> x.getManager().arange(4f).add(x.get("0,0,:,0")).matMul(x)),
        op("vector by vector", x -> x.get("0, 0, 0").dot(x.get("0, 1, 1"))),
        op("broadcast matrices", x -> x.matMul(x.get(":, :1").swapAxes(2, 3))),
        op("matrix products of integers", x -> whole(x).matMul(whole(x).swapAxes(2, 3))),
        op("matrix products of doubles", x -> dbl(x).matMul(dbl(x).swapAxes(2, 3))),
        op("dot by NDArrays", x -> NDArrays.matMul(x, x.swapAxes(-1, -2))),
        op(
            "nearest shrink",
            x -> x.getNDArrayInternal().interpolation(new long[] {2, 3}, 0, false)),
        op("crop", x -> x.transpose(0, 2, 3, 1).getNDArrayInternal().crop(1, 0, 3, 2)),
        op("to tensor", x -> bytes(x).transpose(0, 2, 3, 1).getNDArrayInternal().toTensor()),
        op("log-softmax of the last", x -> x.logSoftmax(-1)),
        op("softmax of the batch", x -> x.softmax(0)),
        op("scale gradient", x -> x.scaleGradient(0.1)),
        op("zeros like", x -> x.zerosLike().add(x).add(x.onesLike())),
        op("linspace", x -> x.mul(x.getManager().linspace(0f, 1f, 6))),
        op("full", x -> x.add(x.getManager().full(new Shape(4, 1), 2.5f))),
        op(
            "a range of the batch, cut",
            x -> x.getManager().arange((int) x.getShape().get(0)).add(whole(x).sum())),
        op("max pool of one axis", x -> Pool.maxPool1d(x.flatten(1, 2), s(2), s(2), s(0), false)),
        op(
            "average pool of one axis",
            x -> Pool.avgPool1d(x.flatten(1, 2), s(3), s(1), s(1), false, true)),
        op(
            "pools of three axes",
            x ->
                Pool.maxPool3d(x.expandDims(1), s(2, 2, 2), s(1, 1, 1), s(0, 0, 0), false)
                    .concat(
                        Pool.avgPool3d(
                            x.expandDims(1), s(2, 2, 2), s(1, 1, 1), s(0, 0, 0), false, true),
                        1)),
        op(
            "global pools",
            x -> Pool.globalMaxPool1d(x.flatten(1, 2)).add(Pool.globalAvgPool1d(x.flatten(1, 2)))),
        op(
            "einsum by hand",
            x -> x.expandDims(4).mul(x.transpose(0, 1, 3, 2).expandDims(2)).sum(new int[] {3})),
        op(
            "layer norm by hand",
            x -> x.sub(x.mean(new int[] {-1}, true)).div(variance(x).add(1e-5f).sqrt())),
        op(
            "attention by hand",
            x -> x.matMul(x.swapAxes(2, 3)).div(Math.sqrt(6)).softmax(-1).matMul(x)),
        op(
            "gelu by tanh",
            x -> x.mul(0.5f).mul(x.add(x.pow(3).mul(0.044715f)).mul(0.7978846f).tanh().add(1))),
        op("integer extremes", x -> whole(x).max(new int[] {1}).sub(whole(x).min())),
        op("squeeze all", x -> x.get("0").sum(new int[] {0}, true).squeeze()),
        op("running sum of everything", x -> x.get("0, 0, 0").cumSum()),
        op("greater than an array", x -> x.gt(x.flip(3)).logicalXor(x.lte(x.flip(2)))),
        op(
            "remainders and powers in place by arrays",
            x -> x.abs().add(1).powi(x.exp()).modi(x.square().add(0.7))),
        op("squeeze one", x -> x.sum(new int[] {1, 3}, true).squeeze(3).squeeze(new int[] {1})),
        op("split evenly", x -> x.split(3, 1).get(2).add(x.split(1, 2).get(0))),
        op(
            "write over the last row of the batch",
            x -> written(x, y -> y.set(new NDIndex("-1, 1"), 7))),
        op("largest of no numbers", x -> x.log().max(new int[] {3}).isNaN()),
        op("smallest of no numbers", x -> x.log().min().add(x.log().min(new int[] {3}, true))),
        op("place of no number", x -> x.log().argMax(3).add(x.log().argMin(3))),
        op("sign of no number", x -> x.log().sign()),
        op("maximum of no numbers", x -> x.log().maximum(x).add(x.minimum(x.log()))),
        op("half precision out", x -> x.toType(DataType.FLOAT16, false).mul(3)),
        op("bytes out", x -> x.mul(100).toType(DataType.INT8, false).add(100)),
        op("bytes turned", x -> bytes(x).neg().mul(3)),
        op("bytes multiplied", x -> bytes(x).matMul(bytes(x).swapAxes(2, 3))),
        op("truths sorted", x -> x.gt(0).sort(3)),
        op("truths chosen", x -> NDArrays.where(x.gt(0), x.gt(0.5), x.lt(-0.5))),
        op("integers rectified", x -> Activation.relu(whole(x))),
        op(
            "doubles, functions that runtimes lack",
            x -> {
              NDArray y = dbl(x);
              return y.atan2(dbl(x).flip(3)).add(y.erf()).add(y.asin()).add(y.sinh()).add(y.tan());
            }),
        op(
            "doubles, activations",
            x ->
                Activation.gelu(dbl(x))
                    .add(Activation.elu(dbl(x), 0.5f))
                    .add(Activation.selu(dbl(x)))
                    .add(Activation.leakyRelu(dbl(x), 0.1f))
                    .add(Activation.mish(dbl(x)))
                    .add(Activation.softSign(dbl(x)))),
        op(
            "doubles resized",
            x -> dbl(x).getNDArrayInternal().interpolation(new long[] {6, 9}, 1, false)),
        op("one-hot of a single number", x -> x.get("0, 0, 0").argMax().oneHot(6)),
        op("scatter less than there is", x -> x.scatter(longs4(x).get(":, :, :2"), x, 3)),
        op("sort the batch", x -> x.sort(0).add(x.argSort(0))),
        op("rows of the batch in order", x -> x.get(x.get(":, 0, 0, 0").argSort())),
        op("differences in the batch", x -> x.diff(1, 0).sum(new int[] {0})),
        op("all but the last of the batch", x -> x.get(":-1").sum(new int[] {0})),
        op("the end of the batch, cut", x -> x.get("-1:").add(x.get("0:-1").sum())),
        op("nothing written", x -> written(x, y -> y.set(new NDIndex(":, 2:1, 1:1:2"), 5))),
        op("order of nothing", x -> x.get(":, 0:0").argSort(2).sum(new int[] {1})),
        op("endless angles", x -> x.div(0).atan2(x.flip(3).div(0))),
        op("x log y of no numbers", x -> x.round().xlogy(x)),
        op("powers of bytes wrap", x -> bytes(x).pow(3)),
        op("truths have signs", x -> x.gt(0).sign()),
        op("truths change", x -> x.gt(0).diff(1, 3)),
        op("gates of bytes", x -> Activation.sigmoid(bytes(x).sub(100))),
        op("gates of doubles", x -> dbl(x).mul(Activation.sigmoid(dbl(x).mul(1.5)))),
        op(
            "constants of a part of the batch",
            x -> {
              NDArray part = x.get(":-2");
              return part.add(part.onesLike()).sum(new int[] {0});
            }),
        op(
            "nothing of an axis",
            x -> x.get(":, 0:0").mul(2).reshape(x.getShape().get(0), 0, 2, 2).concat(two(x), 1)),
        op("whole numbers are numbers", x -> whole(x).isNaN().logicalOr(whole(x).isInfinite())),
        op("truths multiplied", x -> x.gt(0).mul(x.lt(0.5)).add(x.gt(0.9)).maximum(x.lt(-0.9))));
  }

  private static NDArray two(NDArray x) {
    return x.get(":, :, :2, :2");
  }

  private static NDArray variance(NDArray x) {
    return x.sub(x.mean(new int[] {-1}, true)).square().mean(new int[] {-1}, true);
  }

  private static Shape s(long... sizes) {
    return new Shape(sizes);
  }

  private static NDArray whole(NDArray x) {
    return x.mul(7).toType(DataType.INT64, false);
  }

  private static NDArray dbl(NDArray x) {
    return x.toType(DataType.FLOAT64, false);
  }

  private static NDArray bytes(NDArray x) {
    return x.add(1).mul(100).toType(DataType.UINT8, false);
  }

  private static NDArray longs(NDArray x, long... values) {
    return x.getManager().create(values);
  }

  private static NDArray ints(NDArray x, int... values) {
    return x.getManager().create(values);
  }

  /** Positions along the last axis, [B, 3, 4, 2]. */
  private static NDArray longs4(NDArray x) {
    return x.topK(2, 3).get(1);
  }

  private interface Change {
    void apply(NDArray array);
  }

  private static NDArray written(NDArray x, Change change) {
    NDArray copy = x.duplicate();
    change.apply(copy);
    return copy;
  }

  private static Arguments op(String name, UnaryOperator<NDArray> function) {
    return arguments(name, function);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("onFloats")
  void isTheSameInOnnxRuntime(String name, UnaryOperator<NDArray> function) {
    Exports.prove(
        new LambdaBlock(inputs -> new NDList(function.apply(inputs.get(0)))),
        List.of(InputSpec.batched("x", 2, 3, 4, 6)),
        List.of("y"));
  }
}
