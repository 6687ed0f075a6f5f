package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResNetTest {
  @Test
  void publishedSizesHaveThePublishedNumberOfParameters() {
    ResNet resNet34 = new ResNet(3, List.of(64, 128, 256, 512), List.of(3, 4, 6, 3));
    assertThat(Weights.count(resNet34)).isEqualTo(21_284_672);
    assertThat(Weights.of(resNet34))
        .containsKeys("conv1.weight", "layer2.0.downsample.0.weight", "layer4.2.bn2.running_var")
        .doesNotContainKey("layer1.0.downsample.0.weight");
  }

  @Test
  void widthsAndBlocksMustNameTheSameStages() {
    assertThatThrownBy(() -> new ResNet(3, List.of(8, 8), List.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[8, 8]");
  }
}
