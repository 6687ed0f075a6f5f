package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatentActionModelTest {

  private static void verify(ParityFamily family, Path folder) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(folder)) {
      assertThat(family.reads(fixture.model())).isTrue();
      family.run(fixture, manager);
      fixture.finish(manager);
      fixture.assertAllPass();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lam_stage1",
        "lam_stage1_ragged",
        "lam_stage1_768_given_features",
        "lam_stage2",
        "lam_stage2_real_procedural"
      })
  void equalsTheReference(String name) {
    verify(new LatentActionParity(), Fixtures.folder(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vq", "vq_32x128"})
  void quantiserEqualsTheReference(String name) {
    verify(new VectorQuantizerParity(), Fixtures.folder(name));
  }

  private static LatentActionConfig small() {
    return new LatentActionConfig(24, 24, 3, 1, 1, 8, 16, 4, 0.25, false);
  }

  @Test
  void paddingOfTheOwnSampleDiffersFromThePublishedTiling() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.randomNormal(new Shape(2, 2, 4, 24));
      NDArray text = manager.randomNormal(new Shape(2, 3, 16));
      NDArray mask = manager.create(new float[] {1, 1, 1, 1, 0, 0}, new Shape(2, 3));
      Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), true);
      EnvironmentActionModel own = new EnvironmentActionModel(small(), new Conditioning.Text(16));
      EnvironmentActionModel published =
          new EnvironmentActionModel(
              small(), new Conditioning.Text(16), EnvironmentActionModel.PaddingRows.PUBLISHED);
      own.initialize(manager, 1);
      published.initialize(manager, 1);
      Inference.run(
          () -> {
            NDArray both = own.run(pass, features, text, mask).embeddings();
            for (int sample = 0; sample < 2; sample++) {
              String row = sample + ":" + (sample + 1);
              NDArray alone =
                  own.run(pass, features.get(row), text.get(row), mask.get(row)).embeddings();
              assertThat(alone.sub(both.get(row)).abs().max().getFloat()).isLessThan(1e-4f);
            }
            NDArray tiled = published.run(pass, features, text, mask).embeddings();
            assertThat(tiled.sub(both).abs().max().getFloat()).isGreaterThan(1e-3f);
          });
    }
  }

  @Test
  void stage2MayHaveMoreCodesThanStage1() {
    EgoActionModel model = new EgoActionModel(small(), 0, 5);
    assertThat(Weights.of(model).get("vq.codebook.weight").getShape()).isEqualTo(new Shape(5, 8));
    assertThat(Weights.of(model).get("vq_action.codebook.weight").getShape())
        .isEqualTo(new Shape(16, 8));
  }
}
