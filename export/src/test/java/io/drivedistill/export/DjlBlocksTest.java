package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.basicmodelzoo.cv.classification.GoogLeNet;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.basicmodelzoo.cv.classification.SqueezeNet;
import ai.djl.basicmodelzoo.cv.object_detection.ssd.SingleShotDetection;
import ai.djl.basicmodelzoo.tabular.TabNet;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Conv2dTranspose;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.LinearCollection;
import ai.djl.nn.core.Multiplication;
import ai.djl.nn.core.SparseMax;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.GhostBatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.nn.transformer.PointwiseFeedForwardBlock;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The blocks that DJL ships, and blocks as its users write them, with a free batch. */
class DjlBlocksTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> blocks() {
    return Stream.of(
        block("perceptron", new Mlp(12, 3, new int[] {8, 7}), 1, 12),
        block("MobileNetV2", MobileNetV2.builder().setOutSize(5).build(), 1, 3, 32, 32),
        block("SqueezeNet", SqueezeNet.squeezenet(5), 1, 3, 64, 64),
        block("GoogLeNet", GoogLeNet.builder().setOutSize(5).build(), 1, 1, 64, 64),
        block("parallel", parallel(), 1, 6),
        block("attention", attention(), 1, 5, 8),
        block(
            "feed forward",
            new PointwiseFeedForwardBlock(List.of(7), 5, Activation::gelu),
            1,
            4,
            6),
        block("LSTM, two layers", lstm(2, false), 1, 6, 4),
        block("LSTM, two directions", lstm(2, true), 1, 6, 4),
        block("GRU, two directions", gru(), 1, 6, 4),
        block("RNN, two directions", rnn(), 1, 6, 4),
        block("convolution of volumes", volumes(), 1, 2, 5, 6, 7),
        block("convolution in groups", groups(), 1, 4, 12),
        block("sparse maximum", new SparseMax(), 1, 7),
        block("multiplication", Multiplication.builder().setUnits(3).build(), 1, 5),
        block("linear collection", LinearCollection.builder().setUnits(3).build(), 1, 4, 5),
        block("batch norm of vectors", BatchNorm.builder().build(), 1, 5),
        block("batch norm of volumes", BatchNorm.builder().build(), 1, 3, 4, 2, 2),
        block("maxima that overhang", maxima(4, 1), 1, 3, 10, 11),
        block("maxima that start in the padding", maxima(3, 1), 1, 3, 5, 8),
        block("powers that overhang", powers(3, true), 1, 3, 11, 10),
        block("powers of order one", powers(1, false), 1, 3, 11, 10),
        block("powers of a fraction", powers(1.5f, false), 1, 3, 11, 10),
        block("a power of everything", Pool.globalLpPool2dBlock(3), 1, 3, 4, 4),
        block("ghost batch norm", GhostBatchNorm.builder().build(), 1, 5),
        block("layer norm of two axes", LayerNorm.builder().axis(2, 3).build(), 1, 3, 4, 5),
        block("flatten and classify", classifier(), 1, 3, 4),
        block("a user's recurrence", new LambdaBlock(DjlBlocksTest::recurrence), 1, 3, 4),
        block("a user's columns", new LambdaBlock(DjlBlocksTest::columns), 1, 3, 4),
        block("a user's table", new LambdaBlock(DjlBlocksTest::table), 1, 3, 4));
  }

  private static Arguments block(String name, Block block, long... shape) {
    return arguments(name, block, shape);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blocks")
  void isTheSameInOnnxRuntime(String name, Block block, long[] shape) {
    Exports.initialized(block, manager, new Shape(shape));
    Exports.prove(block, List.of(InputSpec.batched("x", shape)), List.of("y"));
  }

  private static Block parallel() {
    return new ParallelBlock(
        branches ->
            new NDList(
                NDArrays.concat(new NDList(branches.get(0).head(), branches.get(1).head()), 1)),
        List.of(
            Linear.builder().setUnits(3).build(),
            new SequentialBlock()
                .add(Linear.builder().setUnits(4).build())
                .add(Activation.mishBlock())
                .add(Activation.swishBlock(1.2f))
                .add(Activation.leakyReluBlock(0.1f))));
  }

  private static Block attention() {
    return ScaledDotProductAttentionBlock.builder().setEmbeddingSize(8).setHeadCount(2).build();
  }

  private static Block lstm(int layers, boolean twoDirections) {
    // DJL 0.35.1 hands PyTorch the biases of two directions in the wrong order, which fails
    return LSTM.builder()
        .setStateSize(5)
        .setNumLayers(layers)
        .optBidirectional(twoDirections)
        .optHasBiases(!twoDirections)
        .build();
  }

  private static Block gru() {
    return GRU.builder()
        .setStateSize(5)
        .setNumLayers(2)
        .optBidirectional(true)
        .optHasBiases(false)
        .build();
  }

  private static Block rnn() {
    return RNN.builder()
        .setStateSize(5)
        .setNumLayers(1)
        .setActivation(RNN.Activation.TANH)
        .optBidirectional(true)
        .optHasBiases(false)
        .build();
  }

  private static Block volumes() {
    return Conv3d.builder()
        .setFilters(4)
        .setKernelShape(new Shape(2, 3, 3))
        .optStride(new Shape(1, 2, 1))
        .optPadding(new Shape(1, 1, 0))
        .build();
  }

  private static Block groups() {
    return Conv1d.builder()
        .setFilters(6)
        .setKernelShape(new Shape(3))
        .optGroups(2)
        .optDilation(new Shape(2))
        .optBias(false)
        .build();
  }

  private static Block maxima(int stride, int padding) {
    Shape strides = new Shape(stride, stride);
    Shape pads = new Shape(padding, padding);
    return Pool.maxPool2dBlock(new Shape(2, 3), strides, pads, true);
  }

  /** Odd orders keep the sign of a sum, fractions of negative numbers are none. */
  private static Block powers(float order, boolean overhanging) {
    Shape strides = new Shape(2, 2);
    return Pool.lpPool2dBlock(order, new Shape(3, 2), strides, new Shape(0, 0), overhanging);
  }

  /** Boxes follow from the shape alone. */
  private static Block detector() {
    SequentialBlock base = new SequentialBlock();
    base.add(SingleShotDetection.getDownSamplingBlock(4));
    List<List<Float>> sizes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sizes.add(List.of(0.2f + 0.1f * i, 0.25f + 0.1f * i));
    }
    return SingleShotDetection.builder()
        .setNumClasses(2)
        .setNumFeatures(3)
        .optGlobalPool(true)
        .setRatios(Collections.nCopies(5, List.of(1f, 2f, 0.5f)))
        .setSizes(sizes)
        .setBaseNetwork(base)
        .build();
  }

  private static Block classifier() {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(3).build())
        .addSingleton(x -> x.softmax(-1));
  }

  /** A state that steps through the last axis. */
  private static NDList recurrence(NDList inputs) {
    NDArray x = inputs.head();
    NDArray state = x.zerosLike();
    for (int i = 0; i < 4; i++) {
      state = state.add(x.get("..., " + i + ":" + (i + 1))).tanh();
    }
    return new NDList(state);
  }

  /** An array that is made and filled column by column. */
  private static NDList columns(NDList inputs) {
    NDArray x = inputs.head();
    NDArray sums = x.getManager().zeros(new Shape(x.getShape().get(0), 4));
    for (int i = 0; i < 4; i++) {
      sums.set(new NDIndex(":, " + i), x.get(":, :, " + i).sum(new int[] {1}));
    }
    return new NDList(sums);
  }

  /** Constants as receivers, folded before. */
  private static NDList table(NDList inputs) {
    NDArray x = inputs.head();
    NDArray weights = x.getManager().arange(4f).sin().add(1).softmax(0);
    return new NDList(weights.mul(x).add(weights.reshape(1, 1, 4)));
  }

  @Test
  void tabNetGivesTwoOutputs() {
    Block block = TabNet.builder().setInputDim(9).setOutDim(2).build();
    Exports.initialized(block, manager, new Shape(1, 9));
    Exports.prove(block, List.of(InputSpec.batched("x", 1, 9)), List.of("y", "mask"));
  }

  @Test
  void detectorWithItsBoxes() {
    Block block = detector();
    Exports.initialized(block, manager, new Shape(1, 3, 32, 32));
    Exports.prove(
        block,
        List.of(InputSpec.batched("image", 1, 3, 32, 32)),
        List.of("anchors", "classes", "boxes"));
  }

  @Test
  void blocksOfDoubles() {
    SequentialBlock block =
        new SequentialBlock()
            .add(Conv2d.builder().setFilters(3).setKernelShape(new Shape(3, 3)).build())
            .add(BatchNorm.builder().build())
            .add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(1, 1)))
            .add(Activation.eluBlock(1))
            .add(Pool.globalAvgPool2dBlock())
            .add(Linear.builder().setUnits(4).build())
            .add(Activation.geluBlock());
    block.initialize(manager, DataType.FLOAT64, new Shape(1, 3, 8, 8));
    InputSpec x = InputSpec.batched("x", 1, 3, 8, 8).holding(DataType.FLOAT64, -1, 1);
    Exports.prove(block, List.of(x), List.of("y"));
  }

  @Test
  void bertTakesWordsAndSqueezesItsBatch() {
    BertBlock block =
        BertBlock.builder().nano().setTokenDictionarySize(20).optMaxSequenceLength(6).build();
    Shape words = new Shape(2, 6);
    block.initialize(manager, DataType.FLOAT32, words, words, words);
    InputSpec ids = InputSpec.batched("ids", 1, 6).holding(DataType.INT64, 0, 20);
    InputSpec types = InputSpec.batched("types", 1, 6).holding(DataType.INT64, 0, 2);
    InputSpec mask = InputSpec.batched("mask", 1, 6).holding(DataType.INT64, 0, 2);
    Exports.prove(block, List.of(ids, types, mask), List.of("words", "pooled"));
  }

  @Test
  void embeddingsTakeBothKindsOfWholeNumbers() {
    for (DataType type : List.of(DataType.INT64, DataType.INT32)) {
      Block block = new IdEmbedding.Builder().setDictionarySize(11).setEmbeddingSize(4).build();
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 4));
      InputSpec ids = InputSpec.batched("ids", 1, 4).holding(type, 0, 11);
      Exports.prove(block, List.of(ids), List.of("y"));
    }
  }

  @Test
  void inputsOfEveryElementType() {
    Block block =
        new LambdaBlock(
            l ->
                new NDList(
                    l.get(0).logicalNot().toType(DataType.FLOAT32, false).add(1),
                    l.get(1).toType(DataType.FLOAT32, false).div(255).sub(0.5f),
                    l.get(2).exp().matMul(l.get(2).swapAxes(1, 2)),
                    l.get(0),
                    l.get(1).add(1)));
    Exports.prove(
        block,
        List.of(
            InputSpec.batched("truths", 1, 3, 4).holding(DataType.BOOLEAN, 0, 2),
            InputSpec.batched("bytes", 1, 3, 4).holding(DataType.UINT8, 0, 256),
            InputSpec.batched("doubles", 1, 3, 4).holding(DataType.FLOAT64, -1, 1)),
        List.of("a", "b", "c", "d", "e"));
  }

  @Test
  void whatTheEngineLacksIsSaidWithTheBlocksLine() {
    Block block = Conv2dTranspose.builder().setFilters(4).setKernelShape(new Shape(3, 3)).build();
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 5, 6));
    assertThatThrownBy(
            () -> Exports.prove(block, List.of(InputSpec.batched("x", 1, 2, 5, 6)), List.of("y")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("does not offer deconvolution")
        .hasMessageContaining("Deconvolution.java:");
  }
}
