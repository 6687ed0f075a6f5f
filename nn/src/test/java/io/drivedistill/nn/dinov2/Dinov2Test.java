package io.drivedistill.nn.dinov2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.Fixtures;
import org.junit.jupiter.api.Test;

class Dinov2Test {

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  @Test
  void publishedSizesHaveThePublishedNumberOfParameters() {
    assertThat(Weights.count(new Dinov2(Dinov2Config.small(false)))).isEqualTo(22_056_576);
    assertThat(Weights.count(new Dinov2(Dinov2Config.base(false)))).isEqualTo(86_580_480);
    assertThat(Weights.count(new Dinov2(Dinov2Config.large(true)))).isEqualTo(304_372_736);
  }

  @Test
  void wrongSizesAreRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Dinov2 network =
          new Dinov2(
              new Dinov2Config(
                  32, 2, 2, 14, 6, 0, PositionResize.PLAIN, Dinov2Config.FeedForward.GELU));
      assertThatThrownBy(
              () ->
                  Dinov2Weights.load(
                      Fixtures.folder("dinov2_native").resolve("weights_hf.safetensors"),
                      network,
                      manager))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("pos_embed")
          .hasMessageContaining("(1, 37, 32)");
      network.initialize(manager, 1);
      assertThatThrownBy(
              () -> network.features(pass(manager), manager.zeros(new Shape(1, 3, 70, 72))))
          .hasMessageContaining("multiples of 14");
    }
  }
}
