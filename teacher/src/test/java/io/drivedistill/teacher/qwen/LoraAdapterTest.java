package io.drivedistill.teacher.qwen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.teacher.Fixtures;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraAdapterTest {
  private NDManager manager;
  private ParityFixture fixture;
  private QwenVl model;
  @TempDir private Path folder;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    fixture = ParityFixture.open(Fixtures.folder("qwen25vl_tied"));
    model = model();
  }

  @AfterEach
  void close() {
    if (fixture != null) {
      fixture.close();
    }
    manager.close();
  }

  private QwenVl model() {
    QwenVl fresh = new QwenVl(QwenConfigFile.of(fixture.config().get("config"), "fixture"));
    fixture.weights().load(fresh, manager);
    return fresh;
  }

  private LoraAdapter adapter() {
    JsonNode lora = fixture.config().get("lora");
    List<String> targets = new ArrayList<>();
    lora.get("target_modules").forEach(name -> targets.add(name.asText()));
    return new LoraAdapter(lora.get("r").asInt(), lora.get("alpha").asDouble(), false, targets);
  }

  private NDArray logits(QwenVl network) {
    Safetensors io = fixture.tensors();
    long[] grid = io.longs("in/image_grid_thw");
    PatchGrid size = new PatchGrid(1, (int) grid[1], (int) grid[2]);
    NDArray patches = Constants.of(manager, io.floats("in/pixel_values"), 1, size.patches(), 1176);
    TokenBatch tokens =
        new TokenBatch(
            new long[][] {io.longs("in/input_ids")},
            null,
            List.of(List.of(VisualSpan.picture(size))));
    Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
    return Inference.run(
        () ->
            network.logits(
                pass,
                network.hiddenStates(
                    pass,
                    tokens,
                    List.of(new VisualFrames(patches, size.rows(), size.columns())))));
  }

  @Test
  void publishedAdapterGivesTheReferenceLogits() {
    adapter()
        .loadWeights(
            Fixtures.folder("qwen25vl_tied").resolve("lora_adapter.safetensors"), model, manager);
    fixture.check("out/logits_with_lora", logits(model));
    fixture.assertAllPass();
  }

  @Test
  void freshAdaptersChangeNothingAndAloneAreTrained() {
    adapter().attach(model, manager, 1);
    fixture.check("out/logits", logits(model));
    fixture.assertAllPass();
    assertThat(Weights.of(model))
        .allSatisfy(
            (name, parameter) ->
                assertThat(parameter.requiresGradient()).isEqualTo(name.contains(".lora_")));
    assertThat(Weights.of(model).keySet()).noneMatch(name -> name.matches("visual.*lora.*"));
  }

  @Test
  void savedAdaptersLoadAgain() {
    LoraAdapter adapter = adapter();
    adapter.loadWeights(
        Fixtures.folder("qwen25vl_tied").resolve("lora_adapter.safetensors"), model, manager);
    adapter.save(model, folder);
    QwenVl other = model();
    assertThat(LoraAdapter.load(folder, other, manager)).isEqualTo(adapter);
    assertThat(logits(other).toFloatArray()).isEqualTo(logits(model).toFloatArray());
    try (Safetensors written = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
      assertThat(written.names())
          .contains("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
    }
  }
}
