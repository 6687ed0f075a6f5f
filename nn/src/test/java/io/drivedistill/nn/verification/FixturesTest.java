package io.drivedistill.nn.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.dinov2.Dinov2Parity;
import io.drivedistill.nn.parity.Comparison;
import io.drivedistill.nn.parity.Fixtures;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values, losses, gradients and steps against what the reference implementations computed. */
class FixturesTest {
  @TempDir private Path folder;

  private static void verify(ParityFamily family, Path folder) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(folder)) {
      assertThat(family.reads(fixture.model())).isTrue();
      family.run(fixture, manager);
      fixture.finish(manager);
      fixture.assertAllPass();
      assertThat(fixture.comparisons().stream().filter(Comparison::passed)).hasSizeGreaterThan(3);
    }
  }

  @Test
  void operators() {
    verify(new OperatorParity(), Fixtures.folder("ops"));
  }

  @Test
  void deformableAttention() {
    verify(new DeformableAttentionParity(), Fixtures.folder("deform_attn"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet_narrow", "resnet_lidar1ch"})
  void residualNetworks(String name) {
    verify(new ResNetParity(), Fixtures.folder(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dinov2_native",
        "dinov2_interp_offset",
        "dinov2_reg_interp_antialias",
        "dinov2_vitb14_reg_procedural"
      })
  void visionTransformers(String name) {
    verify(new Dinov2Parity(), Fixtures.folder(name));
  }

  private void copyWithOption(String name, String from, String to) throws Exception {
    for (String file : new String[] {"io.safetensors", "weights.safetensors"}) {
      if (Files.exists(Fixtures.folder(name).resolve(file))) {
        Files.copy(Fixtures.folder(name).resolve(file), folder.resolve(file));
      }
    }
    String config = Files.readString(Fixtures.folder(name).resolve("config.json"));
    assertThat(config).containsPattern(from);
    Files.writeString(folder.resolve("config.json"), config.replaceFirst(from, to));
  }

  @Test
  void anUnknownOptionIsListedAndTheResultsDecide() throws Exception {
    copyWithOption("resnet_lidar1ch", "\"in_chans\"", "\"groups\": 2, \"in_chans\"");
    verify(new ResNetParity(), folder);
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(folder)) {
      new ResNetParity().run(fixture, manager);
      fixture.finish(manager);
      assertThat(fixture.comparisons())
          .filteredOn(comparison -> comparison.name().equals("config.json: groups"))
          .singleElement()
          .satisfies(comparison -> assertThat(comparison.passed()).isFalse());
    }
  }

  @Test
  void aValueThisProgramLacksIsRefused() throws Exception {
    copyWithOption("dinov2_native", "\"mlp_ratio\": 4", "\"mlp_ratio\": 3");
    assertThatThrownBy(() -> verify(new Dinov2Parity(), folder))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("mlp_ratio is 3");
  }

  @Test
  void anotherRuleOfResizingFails() throws Exception {
    copyWithOption(
        "dinov2_interp_offset", "\"interpolate_offset\": 0.1", "\"interpolate_offset\": 0.0");
    assertThatThrownBy(() -> verify(new Dinov2Parity(), folder))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("out/x_norm_patchtokens");
  }

  @Test
  void mapsThatDoNotHoldTheValuesAreNamed() throws Exception {
    copyWithOption("deform_attn", "\\[\\s*3,\\s*4\\s*\\]", "[2, 4]");
    assertThatThrownBy(() -> verify(new DeformableAttentionParity(), folder))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("spatial_shapes has 62 cells, in/value has 66");
  }
}
