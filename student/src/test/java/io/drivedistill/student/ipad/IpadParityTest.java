package io.drivedistill.student.ipad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.Comparison;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.student.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpadParityTest {

  @ParameterizedTest
  @ValueSource(strings = {"ipad", "ipad_batch2_quirks"})
  void equalsTheReference(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      new IpadParity().run(fixture, manager);
      fixture.finish(manager);
      fixture.assertAllPass();
    }
  }

  @Test
  void anotherPlaneOfProposalsIsRefused(@TempDir Path folder) throws IOException {
    Path stored = Fixtures.folder("ipad");
    for (String file : List.of("io.safetensors", "weights.safetensors")) {
      Files.copy(stored.resolve(file), folder.resolve(file));
    }
    String config = Files.readString(stored.resolve("config.json"));
    String other = config.replaceFirst("\\[\\s*-32,", "[-40,");
    assertThat(other).isNotEqualTo(config);
    Files.writeString(folder.resolve("config.json"), other);
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(folder)) {
      assertThatThrownBy(() -> new IpadParity().run(fixture, manager))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("point_cloud_range is [-40.0");
    }
  }

  /**
   * Formula weights are not trained: every refinement multiplies differences of rounding by ten to
   * a hundred, so that the first two are compared, as far as they can be.
   */
  @Test
  void equalsTheReferenceAtFullSizeBeforeRoundingGrows() {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder("ipad_real_procedural"))) {
      new IpadParity().run(fixture, manager);
      fixture.comparisons().forEach(System.out::println);
      List<Comparison> early =
          fixture.comparisons().stream()
              .filter(c -> c.name().matches("out/proposals_iter[01]"))
              .toList();
      assertThat(early).hasSize(2).allMatch(Comparison::passed);
    }
  }

  @Test
  void publishedSizesHaveThePublishedNumberOfParameters() {
    assertThat(Weights.count(new Ipad(IpadConfig.published()))).isEqualTo(29_180_771);
  }

  @Test
  void theUnusedGridIsTheReleasedOne() {
    IpadConfig published = IpadConfig.published();
    IpadConfig config =
        new IpadConfig(
            published.image(),
            published.widths(),
            published.blocks(),
            6,
            8,
            0.5,
            1,
            published.refiner(),
            published.anchors(),
            published.foresight(),
            published.loss(),
            published.behaviour());
    PillarGrid grid = new PillarGrid(config);
    try (NDManager manager = NDManager.newBaseManager();
        Safetensors released =
            Safetensors.open(Fixtures.folder("ipad").resolve("weights.safetensors"))) {
      grid.initialize(manager, 1);
      for (String tensor : List.of("reference_points", "ref_3d", "hybird_ref_2d", "ref_2d")) {
        assertThat(Weights.of(grid).get(tensor).getArray().toFloatArray())
            .containsExactly(
                released.floats("_trajectory_head.0.Bev_refiner.bev_decoder." + tensor),
                offset(1e-5f));
      }
    }
  }
}
