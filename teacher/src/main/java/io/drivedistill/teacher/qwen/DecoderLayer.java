package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Attention;
import io.drivedistill.nn.Dropout;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.RmsNorm;

/** A layer of the language model (SPEC-qwen2_5_vl section 4). */
final class DecoderLayer extends Module {
  private final RmsNorm inputNorm;
  private final RmsNorm feedForwardNorm;
  private final GroupedAttention attention;
  private final GatedFeedForward mlp;

  DecoderLayer(QwenConfig.Text config, int index) {
    inputNorm = child("input_layernorm", new RmsNorm(config.hiddenSize(), config.normEpsilon()));
    attention = child("self_attn", new GroupedAttention(config, index));
    feedForwardNorm =
        child("post_attention_layernorm", new RmsNorm(config.hiddenSize(), config.normEpsilon()));
    mlp = child("mlp", new GatedFeedForward(config.hiddenSize(), config.intermediateSize(), false));
  }

  /**
   * @param x [B, N, C]
   * @param mask added to the scores: [B or 1, 1, group·N, M], see {@link DecoderMask}
   * @param cache extended by the new tokens, or null
   * @return [B, N, C]
   */
  NDArray forward(Pass pass, NDArray x, Rotation rotation, NDArray mask, KeyValueCache cache) {
    NDArray attended = attention.forward(pass, inputNorm.forward(pass, x), rotation, mask, cache);
    NDArray sum = x.add(attended);
    return sum.add(mlp.forward(pass, feedForwardNorm.forward(pass, sum)));
  }

  GroupedAttention attention() {
    return attention;
  }

  RmsNorm inputNorm() {
    return inputNorm;
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    throw new UnsupportedOperationException("Called through QwenVl");
  }

  /** Attention in which each key and value head serves several neighbouring query heads. */
  static final class GroupedAttention extends Module {
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;
    private final int heads;
    private final int keyValueHeads;
    private final int index;

    GroupedAttention(QwenConfig.Text config, int index) {
      this.index = index;
      heads = config.heads();
      keyValueHeads = config.keyValueHeads();
      int size = config.hiddenSize();
      int narrow = keyValueHeads * config.headSize();
      query = child("q_proj", new Linear(size, size));
      key = child("k_proj", new Linear(size, narrow));
      value = child("v_proj", new Linear(size, narrow));
      output = child("o_proj", new Linear(size, size, false));
    }

    NDArray forward(Pass pass, NDArray x, Rotation rotation, NDArray mask, KeyValueCache cache) {
      NDArray queries = rotation.apply(Attention.split(query.forward(pass, x), heads));
      NDArray keys = rotation.apply(Attention.split(key.forward(pass, x), keyValueHeads));
      NDArray values = Attention.split(value.forward(pass, x), keyValueHeads);
      if (cache != null) {
        keys = cache.appendKeys(index, keys);
        values = cache.appendValues(index, values);
      }
      long tokens = queries.getShape().get(2);
      long headSize = queries.getShape().get(3);
      // The query heads of one key head stand one below the other, so no key is copied.
      NDArray grouped =
          queries.reshape(-1, keyValueHeads, heads / keyValueHeads * tokens, headSize);
      NDArray attended =
          Attention.attend(grouped, keys, values, mask, new Dropout(0), null)
              .reshape(-1, heads, tokens, headSize);
      return output.forward(pass, Attention.merge(attended));
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      throw new UnsupportedOperationException("Called through DecoderLayer");
    }
  }
}
