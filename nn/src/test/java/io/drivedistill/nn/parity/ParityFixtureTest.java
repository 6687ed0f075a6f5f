package io.drivedistill.nn.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityFixtureTest {
  private NDManager manager;
  @TempDir private Path folder;

  @BeforeEach
  void writeFixture() throws Exception {
    manager = NDManager.newBaseManager();
    Files.writeString(
        folder.resolve("config.json"),
        "{\"name\":\"small\",\"gradient_l2_norms\":{\"gradnorm/weight\":5.0}}");
    Safetensors.write(
        folder.resolve("weights.safetensors"),
        Map.of("weight", Safetensors.Source.ofFloats(new float[] {1, 2}, 1, 2)),
        Map.of());
    Map<String, Safetensors.Source> tensors = new java.util.LinkedHashMap<>();
    tensors.put("in/x", Safetensors.Source.ofFloats(new float[] {3, 4}, 1, 2));
    tensors.put("out/y", Safetensors.Source.ofFloats(new float[] {11}, 1, 1));
    tensors.put("out/index", Safetensors.Source.ofLongs(new long[] {1L << 40, 7}, 2));
    tensors.put("grad/weight", Safetensors.Source.ofFloats(new float[] {3, 4}, 1, 2));
    Safetensors.write(folder.resolve("io.safetensors"), tensors, Map.of());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aRightBlockPasses() {
    Linear linear = new Linear(2, 1, false);
    try (ParityFixture fixture = ParityFixture.open(folder)) {
      fixture.weights().load(linear, manager);
      NDArray x = fixture.input(manager, "in/x");
      Pass pass = new Pass(new ParameterStore(manager, false), x.getDevice(), false);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray y = linear.forward(pass, x);
        fixture.check("out/y", y);
        collector.backward(y.sum());
      }
      fixture.checkGradients(linear);
      assertThat(fixture.unchecked()).containsExactly("out/index");
      fixture.check("out/index", manager.create(new long[] {1L << 40, 7}));
      fixture.assertAllPass();
      assertThat(fixture.comparisons()).hasSize(4);
      assertThat(fixture.unchecked()).isEmpty();
    }
  }

  @Test
  void failuresNameTensorPlaceAndValues() {
    try (ParityFixture fixture = ParityFixture.open(folder)) {
      fixture.check("out/y", manager.create(new float[] {11.01f}).reshape(1, 1));
      fixture.check("in/x", manager.create(new float[] {3, Float.NaN}).reshape(1, 2));
      fixture.check("grad/weight", manager.create(new float[] {3, 4}));
      fixture.check("out/index", manager.create(new long[] {(1L << 40) + 1, 7}));
      assertThat(fixture.failures()).hasSize(4);
      assertThatThrownBy(fixture::assertAllPass)
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("4 of 4")
          .hasMessageContaining("11.01, expected 11.0")
          .hasMessageContaining("shape [2], expected [1, 2]")
          .hasMessageContaining("Maybe ");
    }
  }

  @Test
  void whatIsNotKnownIsListedAndOnlyResultsFail() throws Exception {
    Files.writeString(folder.resolve("config.json"), "{\"name\":\"small\",\"dropout\":0.1}");
    try (ParityFixture fixture = ParityFixture.open(folder)) {
      fixture.check("out/y", manager.create(new float[] {11}).reshape(1, 1));
      fixture.check("grad/weight", manager.create(new float[] {3, 4}).reshape(1, 2));
      fixture.finish(manager);
      assertThat(fixture.comparisons())
          .filteredOn(c -> c.verdict() == Comparison.Verdict.NOT_COMPARED)
          .extracting(Comparison::name)
          .containsExactly("config.json: dropout", "in/x");
      assertThat(fixture.failures()).extracting(Comparison::name).containsExactly("out/index");
    }
  }

  @Test
  void maskLeavesElementsOut() {
    try (ParityFixture fixture = ParityFixture.open(folder)) {
      NDArray wrong = manager.create(new float[] {3, 400}).reshape(1, 2);
      assertThat(fixture.checkWhere("in/x", wrong, new float[] {1, 0}).passed()).isTrue();
      assertThat(fixture.checkWhere("in/x", wrong, new float[] {1, 1}).passed()).isFalse();
    }
  }

  @Test
  void anEmptyComparisonIsNoPass() {
    try (ParityFixture fixture = ParityFixture.open(folder)) {
      assertThatThrownBy(fixture::assertAllPass).isInstanceOf(DriveDistillException.class);
    }
  }

  @Test
  void inputsKeepTheirType() {
    try (ParityFixture fixture = ParityFixture.open(Fixtures.folder("ops"))) {
      assertThat(fixture.input(manager, "imagenet_norm/in/u8_hwc").getDataType())
          .isEqualTo(DataType.UINT8);
      assertThat(fixture.input(manager, "cross_entropy_2d/in/t").getDataType())
          .isEqualTo(DataType.INT64);
      assertThat(Weights.count(new Linear(2, 1))).isEqualTo(3);
    }
  }
}
