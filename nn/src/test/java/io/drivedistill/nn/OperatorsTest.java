package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.parity.Fixtures;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values and gradients of single operators against those PyTorch computed. */
class OperatorsTest {
  private NDManager manager;
  private ParityFixture fixture;
  private Pass pass;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    fixture = ParityFixture.open(Fixtures.folder("ops"));
    pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  @AfterEach
  void close() {
    fixture.assertAllPass();
    fixture.close();
    manager.close();
  }

  /** Runs an operator on {@code <name>/in/*}, then compares the result and all gradients. */
  private void check(String name, BiFunction<Map<String, NDArray>, Pass, NDArray> operator) {
    check(name, null, Map.of(), operator);
  }

  /** The inputs named in {@code parameters} become parameters of the block. */
  private void check(
      String name,
      Block block,
      Map<String, String> parameters,
      BiFunction<Map<String, NDArray>, Pass, NDArray> operator) {
    Map<String, NDArray> inputs = new LinkedHashMap<>();
    String prefix = name + "/in/";
    for (String tensor : fixture.names()) {
      if (tensor.startsWith(prefix)) {
        String input = tensor.substring(prefix.length());
        NDArray array = fixture.input(manager, tensor);
        if (parameters.containsKey(input)) {
          Parameter parameter = Weights.of(block).get(parameters.get(input));
          Weights.set(parameter, array);
        } else if (fixture.names().contains(name + "/grad/" + input)) {
          array.setRequiresGradient(true);
        }
        inputs.put(input, array);
      }
    }
    assertThat(inputs).isNotEmpty();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray out = operator.apply(inputs, pass);
      fixture.check(name + "/out", out);
      if (fixture.names().contains(name + "/w")) {
        collector.backward(out.mul(fixture.input(manager, name + "/w")).sum());
      }
    }
    for (Map.Entry<String, NDArray> input : inputs.entrySet()) {
      String gradient = name + "/grad/" + input.getKey();
      if (fixture.names().contains(gradient)) {
        fixture.check(gradient, input.getValue().getGradient());
      }
    }
  }

  @Test
  void linear() {
    Linear linear = new Linear(6, 4);
    check(
        "linear",
        linear,
        Map.of("W", "weight", "b", "bias"),
        (in, p) -> linear.forward(p, in.get("x")));
  }

  @Test
  void layerNorm() {
    LayerNorm norm = new LayerNorm(8);
    check(
        "layer_norm_eps1e-5",
        norm,
        Map.of("g", "weight", "b", "bias"),
        (in, p) -> norm.forward(p, in.get("x")));
  }

  @Test
  void rmsNorm() {
    RmsNorm norm = new RmsNorm(8, 1e-6);
    check("rms_norm_eps1e-6", norm, Map.of("g", "weight"), (in, p) -> norm.forward(p, in.get("x")));
  }

  @Test
  void nonlinearities() {
    check("gelu_erf", (in, p) -> Nonlinearity.GELU.of(in.get("x")));
    check("silu", (in, p) -> Nonlinearity.SILU.of(in.get("x")));
    check("softmax_last", (in, p) -> in.get("x").softmax(-1));
  }

  @Test
  void convolutions() {
    Conv2d stem = new Conv2d(3, 4, 7, 2, 3, false);
    Conv2d three = new Conv2d(3, 4, 3, 2, 1, false);
    Conv2d one = new Conv2d(3, 4, 1, 2, 0, false);
    Map<String, String> weight = Map.of("W", "weight");
    check("conv2d_k7s2p3", stem, weight, (in, p) -> stem.forward(p, in.get("x")));
    check("conv2d_k3s2p1", three, weight, (in, p) -> three.forward(p, in.get("x")));
    check("conv2d_k1s2", one, weight, (in, p) -> one.forward(p, in.get("x")));
  }

  @Test
  void batchNormWithFixedStatistics() {
    BatchNorm2d norm = new BatchNorm2d(3);
    check(
        "batch_norm_eval",
        norm,
        Map.of("g", "weight", "b", "bias", "rm", "running_mean", "rv", "running_var"),
        (in, p) -> norm.forward(p, in.get("x")));
  }

  @Test
  void pooling() {
    check("maxpool_k3s2p1", (in, p) -> ResNet.pool(in.get("x")));
    check("adaptive_avg_pool", (in, p) -> Resampling.adaptiveAverage(in.get("x"), 3, 4));
    check("adaptive_avg_pool_up", (in, p) -> Resampling.adaptiveAverage(in.get("x"), 4, 5));
  }

  @Test
  void bilinearResampling() {
    check("bilinear_up", (in, p) -> Resampling.bilinear(in.get("x"), 7, 10));
    check("bilinear_down", (in, p) -> Resampling.bilinear(in.get("x"), 3, 4));
    check("bilinear_scale2", (in, p) -> Resampling.bilinear(in.get("x"), 6, 8));
  }

  @Test
  void losses() {
    check("cross_entropy_2d", (in, p) -> CrossEntropy.mean(in.get("x"), in.get("t")));
    check("cross_entropy_ignore", (in, p) -> CrossEntropy.meanOfLabelled(in.get("x"), in.get("t")));
    check("bce_logits", (in, p) -> BinaryCrossEntropy.mean(in.get("x"), in.get("t")));
    check("l1_mean", (in, p) -> MeanAbsoluteError.of(in.get("x"), in.get("t")));
    check("kl_teacher_student_T2", (in, p) -> KlDivergence.mean(in.get("t"), in.get("s"), 2));
  }

  @Test
  void attentionWithPackedProjections() {
    MultiHeadAttention attention = new MultiHeadAttention(8, 4, 0);
    check(
        "mha_packed",
        attention,
        Map.of(
            "Wi", "in_proj_weight",
            "bi", "in_proj_bias",
            "Wo", "out_proj.weight",
            "bo", "out_proj.bias"),
        (in, p) -> attention.forward(p, in.get("q"), in.get("kv"), in.get("kv"), null));
  }
}
