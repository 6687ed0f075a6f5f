package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;

/** A decoder layer of single DJL operations: what our layers are held against in speed. */
final class PlainDecoderLayer {
  private final Map<String, NDArray> weights = new LinkedHashMap<>();
  private final QwenConfig.Text config;

  PlainDecoderLayer(Map<String, Parameter> parameters, QwenConfig.Text config) {
    parameters.forEach((name, parameter) -> weights.put(name, parameter.getArray()));
    this.config = config;
  }

  /** [1, N, C] to the same. */
  NDArray forward(NDArray x, Rotation rotation, NDArray mask) {
    long tokens = x.getShape().get(1);
    int size = config.headSize();
    int groups = config.keyValueHeads();
    NDArray normed = norm(x, "input_layernorm.weight");
    NDArray query = turned(heads(linear(normed, "self_attn.q_proj"), config.heads()), rotation);
    NDArray key = turned(heads(linear(normed, "self_attn.k_proj"), groups), rotation);
    NDArray value = heads(linear(normed, "self_attn.v_proj"), groups);
    NDArray scores =
        Scalars.scale(
                query.reshape(1, groups, config.heads() / groups * tokens, size),
                1 / Math.sqrt(size))
            .matMul(key.transpose(0, 1, 3, 2))
            .add(mask);
    NDArray attended =
        scores
            .softmax(-1)
            .matMul(value)
            .reshape(1, config.heads(), tokens, size)
            .transpose(0, 2, 1, 3)
            .reshape(1, tokens, config.hiddenSize());
    NDArray sum = x.add(linear(attended, "self_attn.o_proj"));
    NDArray second = norm(sum, "post_attention_layernorm.weight");
    NDArray gate = linear(second, "mlp.gate_proj");
    NDArray opened = gate.mul(gate.getNDArrayInternal().sigmoid());
    return sum.add(linear(opened.mul(linear(second, "mlp.up_proj")), "mlp.down_proj"));
  }

  private NDArray norm(NDArray x, String name) {
    NDArray meanSquare = x.square().mean(new int[] {-1}, true);
    return x.div(meanSquare.add((float) config.normEpsilon()).sqrt()).mul(weights.get(name));
  }

  private NDArray linear(NDArray x, String name) {
    return ai.djl.nn.core.Linear.linear(
            x, weights.get(name + ".weight"), weights.get(name + ".bias"))
        .singletonOrThrow();
  }

  private static NDArray heads(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(1, shape.get(1), heads, shape.get(2) / heads).transpose(0, 2, 1, 3);
  }

  private static NDArray turned(NDArray x, Rotation rotation) {
    long half = x.getShape().get(3) / 2;
    NDArray other =
        NDArrays.concat(new NDList(x.get("..., " + half + ":").neg(), x.get("..., :" + half)), 3);
    return x.mul(rotation.cosine()).add(other.mul(rotation.sine()));
  }
}
