package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TransformerLayersTest {
  private static final Offset<Float> NOISE = Offset.offset(2e-6f);

  @Test
  void namesAreThoseOfPyTorch() {
    assertThat(Weights.of(new TransformerDecoder(1, () -> decoderLayer())))
        .containsOnlyKeys(
            "layers.0.self_attn.in_proj_weight",
            "layers.0.self_attn.in_proj_bias",
            "layers.0.self_attn.out_proj.weight",
            "layers.0.self_attn.out_proj.bias",
            "layers.0.multihead_attn.in_proj_weight",
            "layers.0.multihead_attn.in_proj_bias",
            "layers.0.multihead_attn.out_proj.weight",
            "layers.0.multihead_attn.out_proj.bias",
            "layers.0.linear1.weight",
            "layers.0.linear1.bias",
            "layers.0.linear2.weight",
            "layers.0.linear2.bias",
            "layers.0.norm1.weight",
            "layers.0.norm1.bias",
            "layers.0.norm2.weight",
            "layers.0.norm2.bias",
            "layers.0.norm3.weight",
            "layers.0.norm3.bias");
  }

  private static TransformerDecoderLayer decoderLayer() {
    return new TransformerDecoderLayer(8, 2, 12, 0.1);
  }

  @Test
  void packedAndSeparateProjectionsAgree() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
      MultiHeadAttention attention = new MultiHeadAttention(8, 2, 0);
      attention.initialize(manager, 5);
      Inference.run(
          () -> {
            NDArray x = manager.randomNormal(new Shape(3, 4, 8));
            NDArray packed = attention.forward(pass, x);
            NDArray half = attention.forward(pass, x.duplicate(), x, x, null);
            NDArray apart =
                attention.forward(pass, x.duplicate(), x.duplicate(), x.duplicate(), null);
            assertThat(packed.sub(half).abs().max().getFloat()).isCloseTo(0, NOISE);
            assertThat(packed.sub(apart).abs().max().getFloat()).isCloseTo(0, NOISE);
          });
    }
  }

  @Test
  void maskedMemoryIsNotSeen() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
      TransformerDecoderLayer layer = decoderLayer();
      layer.initialize(manager, 5);
      TransformerEncoderLayer encoder = new TransformerEncoderLayer(8, 2, 12, 0.1);
      encoder.initialize(manager, 6);
      Inference.run(
          () -> {
            NDArray queries = manager.randomNormal(new Shape(2, 3, 8));
            NDArray memory = manager.randomNormal(new Shape(2, 4, 8));
            NDArray mask =
                manager.create(
                    new float[] {0, 0, 0, Float.NEGATIVE_INFINITY}, new Shape(1, 1, 1, 4));
            NDArray whole = layer.forward(pass, queries, memory, null, mask);
            NDArray cut = layer.forward(pass, queries, memory.get(":,0:3"));
            assertThat(whole.sub(cut).abs().max().getFloat()).isCloseTo(0, NOISE);
            NDArray encoded = encoder.forward(pass, memory, mask).get(":,0:3");
            NDArray encodedCut = encoder.forward(pass, memory.get(":,0:3"));
            assertThat(encoded.sub(encodedCut).abs().max().getFloat()).isCloseTo(0, NOISE);
          });
    }
  }
}
