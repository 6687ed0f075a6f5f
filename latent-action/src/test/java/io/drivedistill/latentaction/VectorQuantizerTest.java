package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorQuantizerTest {

  @ParameterizedTest
  @ValueSource(strings = {"vq", "vq_32x128"})
  void codesLossesGradientsUsageAndRestartEqualTheReference(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      int codes = fixture.config().get("num_latents").asInt();
      int width = fixture.config().get("latent_dim").asInt();
      VectorQuantizer quantizer = new VectorQuantizer(codes, width);
      NDArray codebook = fixture.input(manager, "in/codebook");
      Weights.set(Weights.of(quantizer).get("codebook.weight"), codebook);
      NDArray x = fixture.input(manager, "in/x");
      x.setRequiresGradient(true);
      Pass pass = new Pass(new ParameterStore(manager, false), x.getDevice(), true);
      VectorQuantizer.Quantized quantized;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        quantized = quantizer.quantize(pass, x);
        NDArray used = quantized.straightThrough().mul(fixture.input(manager, "in/w")).sum();
        NDArray scalar =
            Scalars.scale(used, 0.1)
                .add(quantized.codebookLoss())
                .add(Scalars.scale(quantized.commitmentLoss(), 0.25));
        fixture.check("loss/scalar", scalar);
        collector.backward(scalar);
      }
      fixture.check("loss/q", quantized.codebookLoss());
      fixture.check("loss/commit", quantized.commitmentLoss());
      fixture.check("out/indices", quantized.indices());
      fixture.check("out/z", quantized.code());
      fixture.check("out/z_q", quantized.straightThrough());
      fixture.check("grad/x", x.getGradient());
      fixture.check("grad/codebook", codebook.getGradient());

      CodeUsage usage = new CodeUsage(codes);
      usage.count(quantized.indices().toLongArray(), (int) x.getShape().get(1));
      fixture.check("out/usage", floats(usage.counts()));
      assertThat(usage.dead()).containsExactly(ints(fixture.tensors().longs("out/dead_codes")));
      float[][] renewed =
          usage.restartFromCodebook(
              rows(fixture.tensors().floats("in/codebook"), width),
              ints(fixture.tensors().longs("in/restart_perm")));
      fixture.check("out/codebook_after_restart", flat(renewed));
      fixture.assertAllPass();
      assertThat(fixture.unchecked()).containsExactly("out/dead_codes");
    }
  }

  @Test
  void restartFromEmbeddingsLeavesLivingCodesAlone() {
    CodeUsage usage = new CodeUsage(3);
    usage.count(new long[] {0, 0, 2, 0}, 2);
    assertThat(usage.counts()).containsExactly(2, 0, 1);
    float[][] codebook = {{1}, {2}, {3}};
    float[][] embeddings = {{7}, {7}};
    float[][] renewed = usage.restartFromEmbeddings(codebook, embeddings, new SplittableRandom(1));
    assertThat(renewed).isDeepEqualTo(new float[][] {{1}, {7}, {3}});
    assertThat(codebook[1]).containsExactly(2);
  }

  private static float[] floats(long[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static int[] ints(long[] values) {
    return java.util.Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  static float[][] rows(float[] flat, int width) {
    float[][] rows = new float[flat.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = java.util.Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }
}
