package io.drivedistill.nn.dinov2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.nn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and shapes of the published files at full size, in both layouts, without the weights. */
class PublishedNamesTest {
  @ParameterizedTest
  @CsvSource({
    "vits14, false",
    "vits14, true",
    "vitb14, false",
    "vitb14, true",
    "vitl14, false",
    "vitl14, true"
  })
  void everyTensorOfTheFileHasItsParameter(String size, boolean registers) throws IOException {
    Dinov2Config config =
        switch (size) {
          case "vits14" -> Dinov2Config.small(registers);
          case "vitb14" -> Dinov2Config.base(registers);
          default -> Dinov2Config.large(registers);
        };
    Map<String, List<Long>> ours = new LinkedHashMap<>();
    Map<String, List<Long>> transformers = new LinkedHashMap<>();
    Weights.of(new Dinov2(config))
        .forEach(
            (name, parameter) -> {
              List<Long> shape = new ArrayList<>();
              for (long extent : parameter.getShape().getShape()) {
                shape.add(extent);
              }
              ours.put(name, shape);
              List<String> parts = Dinov2Weights.transformersNames(name);
              List<Long> part = new ArrayList<>(shape);
              part.set(0, shape.get(0) / parts.size());
              parts.forEach(other -> transformers.put(other, part));
            });
    String file = "dinov2_" + size + (registers ? "_reg" : "");
    assertThat(ours).containsExactlyInAnyOrderEntriesOf(manifest(file));
    assertThat(transformers).containsExactlyInAnyOrderEntriesOf(manifest(file + "_hf"));
  }

  private static Map<String, List<Long>> manifest(String name) throws IOException {
    Path file = Path.of("../../shared/fixtures/manifests", name + ".json");
    assumeTrue(Files.exists(file), "shared material is absent: " + file);
    JsonNode tensors = new ObjectMapper().readTree(file.toFile()).get("tensors");
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> tensor : tensors.properties()) {
      List<Long> shape = new ArrayList<>();
      tensor.getValue().forEach(extent -> shape.add(extent.asLong()));
      shapes.put(tensor.getKey(), shape);
    }
    return shapes;
  }
}
