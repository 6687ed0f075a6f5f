package io.drivedistill.latentaction;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.Arrays;

/** The quantiser alone: codes, losses, gradients, usage and the restart of dead codes. */
public final class VectorQuantizerParity implements ParityFamily {
  @Override
  public String name() {
    return "vector quantiser";
  }

  @Override
  public boolean reads(String model) {
    return model.equals("UniVLA VectorQuantizer");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    fixture.options().documentation("downstream", "restart");
    int codes = fixture.options().integer("num_latents");
    int width = fixture.options().integer("latent_dim");
    double beta = fixture.options().number("beta");
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
              .add(Scalars.scale(quantized.commitmentLoss(), beta));
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
    restart(fixture, quantized, codes, width);
  }

  private static void restart(
      ParityFixture fixture, VectorQuantizer.Quantized quantized, int codes, int width) {
    CodeUsage usage = new CodeUsage(codes);
    long[] sizes = quantized.indices().getShape().getShape();
    usage.count(quantized.indices().toLongArray(), (int) sizes[1]);
    fixture.check("out/usage", LatentActionParity.floats(usage.counts()));
    fixture.check("out/dead_codes", Arrays.stream(usage.dead()).asLongStream().toArray());
    float[] flat = fixture.floats("in/codebook");
    float[][] rows = new float[codes][];
    for (int i = 0; i < codes; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    int[] order =
        Arrays.stream(fixture.longs("in/restart_perm")).mapToInt(Math::toIntExact).toArray();
    float[][] renewed = usage.restartFromCodebook(rows, order);
    for (int i = 0; i < codes; i++) {
      System.arraycopy(renewed[i], 0, flat, i * width, width);
    }
    fixture.check("out/codebook_after_restart", flat);
  }
}
