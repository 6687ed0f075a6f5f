package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.HalfPrecision;
import io.drivedistill.core.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
  private final NDManager manager = NDManager.newBaseManager();
  @TempDir private Path folder;

  private static final class Net extends Layer {
    private final BatchNorm2d norm = child("bn", new BatchNorm2d(2));
    private final Linear head = child("head", new Linear(3, 2));

    private Net() {
      child("alias", head);
    }

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      return head.forward(pass, norm.forward(pass, x));
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void whatIsSavedLoadsBitForBitAndStaysTrainable() {
    Net saved = new Net();
    saved.initialize(manager, 3);
    Path file = folder.resolve("net.safetensors");
    WeightsFile.save(saved, file, Map.of("step", "7"));
    for (boolean initialised : new boolean[] {false, true}) {
      Net loaded = new Net();
      if (initialised) {
        loaded.initialize(manager, 4);
      }
      LoadReport report = WeightsFile.at(file).load(loaded, manager);
      assertThat(report.loaded()).isEqualTo(6);
      Map<String, Parameter> expected = Weights.of(saved);
      Weights.of(loaded)
          .forEach(
              (name, parameter) -> {
                assertThat(parameter.getArray()).as(name).isEqualTo(expected.get(name).getArray());
                assertThat(parameter.getArray().hasGradient())
                    .as(name)
                    .isEqualTo(parameter.requiresGradient());
              });
    }
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(tensors.metadata()).containsEntry("step", "7");
    }
  }

  @Test
  void halfPrecisionBecomesFloat32() {
    float[] values = {1, -2.5f, 0.125f, 3, 0, 1024};
    for (Dtype dtype : new Dtype[] {Dtype.F16, Dtype.BF16, Dtype.F64}) {
      ByteBuffer bytes = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        switch (dtype) {
          case F16 -> bytes.putShort(HalfPrecision.toF16(value));
          case BF16 -> bytes.putShort(HalfPrecision.toBf16(value));
          default -> bytes.putDouble(value);
        }
      }
      bytes.flip();
      Path file = folder.resolve(dtype + ".safetensors");
      Safetensors.write(
          file,
          Map.of("weight", Safetensors.Source.of(dtype, new long[] {2, 3}, () -> bytes)),
          Map.of());
      Linear linear = new Linear(3, 2, false);
      WeightsFile.at(file).load(linear, manager);
      assertThat(Weights.of(linear).get("weight").getArray().toFloatArray()).isEqualTo(values);
    }
  }

  @Test
  void prefixAndNamesAreMappedAndCountersPassedOver() {
    Path file = folder.resolve("published.safetensors");
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    tensors.put("agent.model.fc.weight", Safetensors.Source.ofFloats(new float[6], 2, 3));
    tensors.put("agent.model.fc.bias", Safetensors.Source.ofFloats(new float[] {5, 6}, 2));
    tensors.put("agent.model.bn.num_batches_tracked", Safetensors.Source.ofLongs(new long[1]));
    tensors.put("other.weight", Safetensors.Source.ofFloats(new float[1], 1));
    Safetensors.write(file, tensors, Map.of());
    Linear linear = new Linear(3, 2);
    LoadReport report =
        WeightsFile.at(file)
            .withoutPrefix("agent.model.")
            .renamed(name -> name.replace("fc.", ""))
            .allowExtra(name -> name.startsWith("other."))
            .load(linear, manager);
    assertThat(report.loaded()).isEqualTo(2);
    assertThat(report.extra()).containsExactly("other.weight");
    assertThat(Weights.of(linear).get("bias").getArray().toFloatArray()).containsExactly(5, 6);
  }

  @Test
  void oneErrorListsEverythingWrongAndNothingIsTouched() {
    Path file = folder.resolve("other.safetensors");
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    tensors.put("head.weight", Safetensors.Source.ofFloats(new float[6], 3, 2));
    tensors.put("bn.weight", Safetensors.Source.ofFloats(new float[2], 2));
    tensors.put("tail.weight", Safetensors.Source.ofFloats(new float[2], 2));
    Safetensors.write(file, tensors, Map.of());
    Net net = new Net();
    net.initialize(manager, 3);
    assertThatThrownBy(() -> WeightsFile.at(file).load(net, manager))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("4 missing in the file")
        .hasMessageContaining("head.bias")
        .hasMessageContaining("1 extra in the file")
        .hasMessageContaining("tail.weight")
        .hasMessageContaining("head.weight is F32[3, 2], expected (2, 3)")
        .hasMessageContaining("Maybe ");
    assertThat(Weights.of(net).get("bn.weight").getArray().toFloatArray()).containsExactly(1, 1);
    WeightsFile tolerant = WeightsFile.at(file).allowMissing(name -> true).allowExtra(name -> true);
    assertThatThrownBy(() -> tolerant.load(net, manager)).isInstanceOf(DriveDistillException.class);
  }

  /** The file was written byte by byte as torch.save does; core's test has the writer. */
  @Test
  void aLightningCheckpointLoadsLikeSafetensors() throws Exception {
    Path file = Path.of(WeightsFileTest.class.getResource("net.ckpt").toURI());
    Net net = new Net();
    net.initialize(manager, 3);
    LoadReport report =
        WeightsFile.at(file)
            .withoutPrefix("net.")
            .allowExtra(name -> name.startsWith("loss."))
            .load(net, manager);
    assertThat(report.matched())
        .containsExactly(
            "bn.weight",
            "bn.bias",
            "bn.running_mean",
            "bn.running_var",
            "head.weight",
            "head.bias");
    assertThat(report.extra()).containsExactly("loss.scale");
    Map<String, Parameter> weights = Weights.of(net);
    assertThat(weights.get("bn.weight").getArray().toFloatArray()).containsExactly(1, 2);
    assertThat(weights.get("bn.bias").getArray().toFloatArray()).containsExactly(3, 4);
    assertThat(weights.get("bn.running_mean").getArray().toFloatArray())
        .containsExactly(0.5f, -0.25f);
    assertThat(weights.get("bn.running_var").getArray().toFloatArray()).containsExactly(4, 9);
    assertThat(weights.get("head.weight").getArray().toFloatArray())
        .containsExactly(1, 3, 5, 2, 4, 6);
    assertThat(weights.get("head.bias").getArray().toFloatArray()).containsExactly(-1, -2);
  }

  @Test
  void whatMatchesLoadsAndTheRestIsReported() throws Exception {
    Path file = Path.of(WeightsFileTest.class.getResource("net.ckpt").toURI());
    Linear wider = new Linear(4, 2);
    wider.initialize(manager, 3);
    float[] before = Weights.of(wider).get("weight").getArray().toFloatArray();
    LoadReport report =
        WeightsFile.at(file).withoutPrefix("net.head.").loadMatching(wider, manager);
    assertThat(report.matched()).containsExactly("bias");
    assertThat(report.misshapen()).containsExactly("net.head.weight is F32[2, 3], expected (2, 4)");
    assertThat(report.missing()).isEmpty();
    assertThat(report.extra()).contains("net.bn.weight", "loss.scale");
    assertThat(Weights.of(wider).get("weight").getArray().toFloatArray()).containsExactly(before);
    assertThat(Weights.of(wider).get("bias").getArray().toFloatArray()).containsExactly(-1, -2);
    Linear none = new Linear(5, 5);
    none.initialize(manager, 3);
    assertThatThrownBy(() -> WeightsFile.at(file).loadMatching(none, manager))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("0 tensors loaded");
  }

  @Test
  void partsNamedByAnIndexAreOneFile() throws IOException {
    Safetensors.write(
        folder.resolve("part1.safetensors"),
        Map.of("weight", Safetensors.Source.ofFloats(new float[] {1, 2, 3}, 1, 3)),
        Map.of());
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"weight\":\"part1.safetensors\",\"bias\":\"part2.safetensors\"}}");
    Linear linear = new Linear(3, 1);
    assertThatThrownBy(() -> WeightsFile.at(folder).load(linear, manager))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("names 2 parts, of which 1 are missing")
        .hasMessageContaining("part2.safetensors");
    Path second = folder.resolve("part2.safetensors");
    Safetensors.write(
        second, Map.of("other", Safetensors.Source.ofFloats(new float[1], 1)), Map.of());
    assertThatThrownBy(() -> WeightsFile.at(folder).load(linear, manager))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("lack tensors the index names: [bias]");
    Safetensors.write(
        second, Map.of("bias", Safetensors.Source.ofFloats(new float[] {7}, 1)), Map.of());
    assertThat(WeightsFile.at(folder).load(linear, manager).loaded()).isEqualTo(2);
    assertThat(Weights.of(linear).get("bias").getArray().toFloatArray()).containsExactly(7);
  }

  @Test
  void anAbsentFileIsNamed() {
    assertThatThrownBy(() -> WeightsFile.at(folder).load(new Linear(1, 1), manager))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("model.safetensors");
  }
}
