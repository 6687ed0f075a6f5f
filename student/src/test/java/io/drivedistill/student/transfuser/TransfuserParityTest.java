package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.student.AttentionPoolingParity;
import io.drivedistill.student.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransfuserParityTest {

  private static void verify(ParityFamily family, String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      assertThat(family.reads(fixture.model())).isTrue();
      family.run(fixture, manager);
      fixture.finish(manager);
      fixture.assertAllPass();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transfuser_small",
        "transfuser_lidar256",
        "transfuser_noagents",
        "transfuser_real_procedural"
      })
  void equalsTheReference(String name) {
    verify(new TransfuserParity(), name);
  }

  @Test
  void featuresAndTargetsEqualTheReference() {
    verify(new TransfuserBuildersParity(), "transfuser_builders");
  }

  @Test
  void attentionPoolingEqualsTheReference() {
    verify(new AttentionPoolingParity(), "map_pooling");
  }

  @Test
  void publishedSizesHaveThePublishedNumbersOfParameters() {
    assertThat(Weights.count(new Transfuser(TransfuserConfig.published()))).isEqualTo(55_970_149);
    assertThat(Weights.count(new Transfuser(TransfuserConfig.publishedLatent())))
        .isEqualTo(56_035_685);
  }
}
