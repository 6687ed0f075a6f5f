package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocks that nobody here wrote. */
class ExportedBlocksTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void resNet() {
    SequentialBlock block =
        ResNetV1.builder()
            .setNumLayers(18)
            .setOutSize(10)
            .setImageShape(new Shape(3, 32, 32))
            .build();
    Exports.initialized(block, manager, new Shape(1, 3, 32, 32));
    Exports.prove(block, List.of(InputSpec.batched("image", 1, 3, 32, 32)), List.of("logits"));
  }

  @Test
  void sequentialConvolutions() {
    SequentialBlock block =
        new SequentialBlock()
            .add(conv(8, 3, 2, 1, 1))
            .add(BatchNorm.builder().build())
            .add(Activation::relu)
            .add(conv(8, 3, 1, 2, 4))
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)))
            .add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(1, 1), new Shape(0, 0)))
            .add(Pool.globalAvgPool2dBlock())
            .add(Linear.builder().setUnits(5).build());
    Exports.initialized(block, manager, new Shape(2, 3, 20, 24));
    OnnxModel model =
        new OnnxExporter()
            .export(block, List.of(InputSpec.batched("image", 1, 3, 20, 24)), List.of("logits"));
    assertThat(model.proto().getGraph().getInitializerList())
        .extracting(TensorProto::getName)
        .contains("01Conv2d.weight", "02BatchNorm.gamma", "Linear.weight.transposed");
    Parity.check(block, model, List.of("logits"), Exports.SEED);
  }

  private static Conv2d conv(int filters, int kernel, int stride, int dilation, int groups) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(dilation, dilation))
        .optDilation(new Shape(dilation, dilation))
        .optGroups(groups)
        .build();
  }

  @Test
  void transformerEncoder() {
    TransformerEncoderBlock block = new TransformerEncoderBlock(16, 4, 32, 0f, Activation::gelu);
    Exports.initialized(block, manager, new Shape(2, 7, 16));
    Exports.prove(block, List.of(InputSpec.batched("tokens", 1, 7, 16)), List.of("encoded"));
  }

  @Test
  void layerNormAndLinearOnThreeAxes() {
    SequentialBlock block =
        new SequentialBlock()
            .add(LayerNorm.builder().axis(2).build())
            .add(Linear.builder().setUnits(9).optBias(false).build())
            .add(Linear.builder().setUnits(4).build());
    Exports.initialized(block, manager, new Shape(2, 7, 16));
    Exports.prove(block, List.of(InputSpec.batched("tokens", 1, 7, 16)), List.of("y"));
  }

  @Test
  void convolutionOverTime() {
    SequentialBlock block =
        new SequentialBlock()
            .add(Conv1d.builder().setFilters(6).setKernelShape(new Shape(3)).build())
            .add(Activation.tanhBlock());
    Exports.initialized(block, manager, new Shape(2, 4, 11));
    Exports.prove(block, List.of(InputSpec.batched("signal", 1, 4, 11)), List.of("y"));
  }

  @Test
  void lstm() {
    LSTM block = LSTM.builder().setStateSize(5).setNumLayers(2).optReturnState(true).build();
    Exports.initialized(block, manager, new Shape(2, 6, 4));
    Exports.prove(block, List.of(InputSpec.batched("x", 1, 6, 4)), List.of("y", "hidden", "cell"));
  }

  @Test
  void lstmOfTwoDirections() {
    // without biases: DJL 0.35.1 hands PyTorch those of two directions in the wrong order
    LSTM block =
        LSTM.builder()
            .setStateSize(5)
            .setNumLayers(1)
            .optBidirectional(true)
            .optHasBiases(false)
            .build();
    Exports.initialized(block, manager, new Shape(2, 6, 4));
    Exports.prove(block, List.of(InputSpec.batched("x", 1, 6, 4)), List.of("y"));
  }

  @Test
  void gru() {
    GRU block = GRU.builder().setStateSize(5).setNumLayers(1).build();
    Exports.initialized(block, manager, new Shape(2, 6, 4));
    Exports.prove(block, List.of(InputSpec.batched("x", 1, 6, 4)), List.of("y"));
  }

  @Test
  void rnn() {
    RNN block =
        RNN.builder().setStateSize(5).setNumLayers(2).setActivation(RNN.Activation.RELU).build();
    Exports.initialized(block, manager, new Shape(2, 6, 4));
    Exports.prove(block, List.of(InputSpec.batched("x", 1, 6, 4)), List.of("y"));
  }

  @Test
  void everyPooling() {
    Shape three = new Shape(3, 3);
    Shape two = new Shape(2, 2);
    Shape one = new Shape(1, 1);
    Block block =
        new LambdaBlock(
            inputs -> {
              NDArray x = inputs.get(0);
              return new NDList(
                  Pool.maxPool2d(x, three, two, one, true),
                  Pool.avgPool2d(x, three, two, one, true, false),
                  Pool.avgPool2d(x, three, two, one, false, true),
                  Pool.lpPool2d(x.abs(), 2, two, two, new Shape(0, 0), false),
                  Pool.globalMaxPool2d(x),
                  Pool.globalAvgPool2d(x),
                  Pool.globalLpPool2d(x.abs(), 3));
            });
    Exports.prove(
        block,
        List.of(InputSpec.batched("x", 1, 3, 10, 12)),
        List.of(
            "max", "average", "with_padding", "lp", "global_max", "global_average", "global_lp"));
  }

  @Test
  void normalisationOfOtherAxesAndSilentDropout() {
    SequentialBlock block =
        new SequentialBlock()
            .add(BatchNorm.builder().optAxis(3).optScale(false).build())
            .add(Dropout.builder().optRate(0.4f).build())
            .add(BatchNorm.builder().optAxis(2).optCenter(false).build());
    Exports.initialized(block, manager, new Shape(2, 3, 4, 5));
    Exports.prove(block, List.of(InputSpec.batched("x", 1, 3, 4, 5)), List.of("y"));
  }

  @Test
  void halfPrecisionInside() {
    Block block =
        Exports.lambda(
            x ->
                x.toType(DataType.FLOAT16, false)
                    .mul(2)
                    .add(0.5)
                    .maximum(0.1)
                    .toType(DataType.FLOAT32, false)
                    .softmax(1));
    OnnxModel model =
        new OnnxExporter().export(block, List.of(InputSpec.batched("x", 1, 6)), List.of("y"));
    // ONNX Runtime computes these in float32 between two roundings
    Parity.check(block, model, List.of("y"), Exports.SEED, List.of(1, 3), 2e-3);
  }

  @Test
  void exportLeavesNothingBehind() {
    TransformerEncoderBlock block = new TransformerEncoderBlock(16, 4, 32, 0f, Activation::gelu);
    Exports.initialized(block, manager, new Shape(2, 7, 16));
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 3; i++) {
      new OnnxExporter()
          .export(block, List.of(InputSpec.batched("tokens", 1, 7, 16)), List.of("encoded"));
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void outputsThatNothingComputes() {
    Linear weights =
        Exports.initialized(Linear.builder().setUnits(2).build(), manager, new Shape(1, 3));
    Block block =
        new LambdaBlock(
            inputs -> {
              NDArray x = inputs.get(0);
              NDArray y = x.matMul(weights.getParameters().get("weight").getArray().transpose());
              return new NDList(x, y, y, x.getManager().arange(4f), y.reshape(-1, 2));
            });
    Exports.prove(
        block,
        List.of(InputSpec.batched("x", 1, 3)),
        List.of("input", "first", "again", "constant", "same"));
  }

  @Test
  void outputsThatAreNotWantedAreLeftOut() {
    Block block =
        new LambdaBlock(
            inputs ->
                new NDList(inputs.get(0).mul(2), inputs.get(0).gammaln(), inputs.get(1).neg()));
    List<String> all = List.of("doubled", "gamma", "negative");
    OnnxModel model =
        new OnnxExporter()
            .export(
                block,
                List.of(InputSpec.batched("x", 1, 3), InputSpec.fixed("y", 2)),
                all,
                List.of("negative", "doubled"));
    assertThat(model.proto().getGraph().getNodeCount()).isEqualTo(2);
    Parity.check(block, model, all, Exports.SEED);
  }

  @Test
  void fixedBatch() {
    Block block =
        Exports.lambda(x -> x.reshape(x.getShape().get(0) * 2, 3).div(x.getShape().get(0)));
    Exports.prove(block, List.of(InputSpec.fixed("x", 4, 6)), List.of("y"));
  }

  @Test
  void wholeNumbersAsInput() {
    SequentialBlock block =
        new SequentialBlock()
            .add(
                TrainableWordEmbedding.builder()
                    .setEmbeddingSize(5)
                    .setVocabulary(new DefaultVocabulary(List.of("a", "b", "c", "d")))
                    .optUnknownToken("?")
                    .build())
            .add(Linear.builder().setUnits(3).build());
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 4));
    Exports.prove(
        block,
        List.of(InputSpec.batched("words", 1, 4).holding(DataType.INT64, 0, 4)),
        List.of("y"));
  }
}
