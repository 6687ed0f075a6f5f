package io.drivedistill.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.YamlConfig;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigBindingTest {
  private static final String PUBLISHED =
      """
      transfuser:
        image: {height: 256, width: 1024}
        lidar: {rows: 256, columns: 256, rangeM: 32, groundPlane: false}
        latent: false
        widths: [64, 128, 256, 512]
        blocks: [3, 4, 6, 3]
        fusion: {layers: 2, heads: 4, expansion: 4, imageRows: 8, imageColumns: 32,
                 lidarRows: 8, lidarColumns: 8, dropout: 0.1}
        bev: {channels: 64, classes: 7, downsample: 4, upsample: 2}
        decoder: {channels: 256, feedForward: 1024, layers: 3, heads: 8}
        agents: 30
        poses: 8
        poseIntervalS: 0.5
      guidance:
        teacher: {tokens: 64, channels: 2048, codePositions: 12, codes: 16}
        channels: 512
        codesToo: true
        poolingHeads: 8
        fusion: {layers: 1, heads: 8, feedForward: 1024}
        decision: {layers: 12, channels: 512, heads: 8, feedForward: 2048}
      loss: {planner: 1, codes: 1, temperature: 2, features: 1, featureDistance: SMOOTH_L1}
      """;

  @TempDir private Path folder;

  private record Experiment(
      TransfuserConfig transfuser, GuidanceConfig guidance, DistillationLoss.Weights loss) {}

  @Test
  void publishedSizesBindFromYaml() throws IOException {
    Path file = Files.writeString(folder.resolve("published.yaml"), PUBLISHED);
    Experiment experiment = YamlConfig.read(file, Experiment.class);
    assertThat(experiment.transfuser()).isEqualTo(TransfuserConfig.published());
    assertThat(experiment.guidance()).isEqualTo(GuidanceConfig.published(64));
    assertThat(experiment.loss().featureDistance())
        .isEqualTo(DistillationLoss.FeatureDistance.SMOOTH_L1);
  }

  @Test
  void sizesThatDoNotFitAreNamed() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("wrong.yaml"), PUBLISHED.replace("widths: [64,", "widths: [66,"));
    assertThatThrownBy(() -> YamlConfig.read(file, Experiment.class))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("66");
  }
}
