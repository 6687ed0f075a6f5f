package io.drivedistill.nn.verification;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.DeformableAttention;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.ArrayList;
import java.util.List;

/** The core of deformable attention on one or more maps, with its gradients. */
public final class DeformableAttentionParity implements ParityFamily {
  @Override
  public String name() {
    return "deformable attention";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("multi-scale deformable attention");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    List<DeformableAttention.Level> levels = new ArrayList<>();
    for (JsonNode size : fixture.options().tree("spatial_shapes")) {
      levels.add(new DeformableAttention.Level(size.get(0).asInt(), size.get(1).asInt()));
    }
    NDArray value = fixture.input(manager, "in/value");
    long cells = levels.stream().mapToLong(level -> (long) level.rows() * level.columns()).sum();
    if (value.getShape().get(1) != cells) {
      throw new DriveDistillException(
          fixture.folder().toAbsolutePath()
              + ": spatial_shapes has "
              + cells
              + " cells, in/value has "
              + value.getShape().get(1),
          "Maybe the fixture is damaged.");
    }
    NDArray locations = fixture.input(manager, "in/locations");
    NDArray attention = fixture.input(manager, "in/attention");
    List.of(value, locations, attention).forEach(x -> x.setRequiresGradient(true));
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray out = DeformableAttention.attend(value, levels, locations, attention);
      fixture.check("out/out", out);
      collector.backward(out.mul(fixture.input(manager, "in/w")).sum());
    }
    fixture.check("grad/value", value.getGradient());
    fixture.check("grad/locations", locations.getGradient());
    fixture.check("grad/attention", attention.getGradient());
  }
}
