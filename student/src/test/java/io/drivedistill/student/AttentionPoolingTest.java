package io.drivedistill.student;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.drivedistill.nn.parity.ParityFixture;
import org.junit.jupiter.api.Test;

class AttentionPoolingTest {

  /** UniVLA's head: visual states to one vector, which shifts the query of the action states. */
  private static final class Head extends Module {
    private final AttentionPooling visual =
        child("visual_pool", new AttentionPooling(1, 20, 16, 4));
    private final AttentionPooling action =
        child("latent_action_pool", new AttentionPooling(1, 20, 16, 4));
    private final Linear projection = child("proj.0", new Linear(16, 24));

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      NDArray seen = visual.forward(pass, inputs.get(0));
      NDArray lastFour = inputs.get(1).get(new NDIndex(":, -4:, :"));
      NDArray pooled = action.forward(pass, lastFour, seen);
      NDArray out = projection.forward(pass, pooled.squeeze(1)).tanh();
      return new NDList(seen.squeeze(1), pooled.squeeze(1), out);
    }
  }

  @Test
  void equalsTheReference() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder("map_pooling"))) {
      Head head = new Head();
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
      assertThat(fixture.unchecked()).isEmpty();
      fixture.assertAllPass();
    }
  }
}
