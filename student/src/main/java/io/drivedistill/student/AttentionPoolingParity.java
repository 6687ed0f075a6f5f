package io.drivedistill.student;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.List;
import java.util.Map;

/** Attention pooling of a teacher's hidden states, in the head that UniVLA makes of it. */
public final class AttentionPoolingParity implements ParityFamily {
  @Override
  public String name() {
    return "attention pooling";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("attention pooling");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    FixtureOptions options = fixture.options();
    options.only("mlp_ratio", 4);
    Head head = new Head(options, fixture.weights().shapes());
    fixture.weights().load(head, manager);
    NDArray visual = fixture.input(manager, "in/visual_hidden");
    NDArray action = fixture.input(manager, "in/action_hidden");
    Pass pass = new Pass(new ParameterStore(manager, false), visual.getDevice(), false);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDList outputs = head.forward(pass, new NDList(visual, action));
      fixture.check("mid/visual_pooled", outputs.get(0));
      fixture.check("mid/action_pooled", outputs.get(1));
      fixture.check("out/tanh_proj", outputs.get(2));
      NDArray loss = outputs.get(2).square().mean();
      fixture.check("loss/meansq", loss.getFloat());
      collector.backward(loss);
    }
    fixture.checkGradients(head);
  }

  /** Visual states to one vector, which shifts the query of the last four action states. */
  private static final class Head extends Module {
    private final AttentionPooling visual;
    private final AttentionPooling action;
    private final Linear projection;

    Head(FixtureOptions options, Map<String, List<Long>> shapes) {
      int channels = options.integer("embed_dim");
      visual = child("visual_pool", pooling(options, channels));
      action = child("latent_action_pool", pooling(options, channels));
      int out = Math.toIntExact(shapes.get("proj.0.weight").get(0));
      projection = child("proj.0", new Linear(channels, out));
    }

    private static AttentionPooling pooling(FixtureOptions options, int channels) {
      return new AttentionPooling(
          1, options.integer("vis_dim"), channels, options.integer("n_heads"));
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      NDArray seen = visual.forward(pass, inputs.get(0));
      NDArray lastFour = inputs.get(1).get(new NDIndex(":, -4:, :"));
      NDArray pooled = action.forward(pass, lastFour, seen);
      NDArray out = projection.forward(pass, pooled.squeeze(1)).tanh();
      return new NDList(seen.squeeze(1), pooled.squeeze(1), out);
    }
  }
}
