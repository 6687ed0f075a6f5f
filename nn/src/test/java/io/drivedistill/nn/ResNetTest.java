package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.nn.parity.Fixtures;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResNetTest {
  private static final String CLASSIFIER = "fc.";

  @ParameterizedTest
  @ValueSource(strings = {"resnet_narrow", "resnet_lidar1ch"})
  void equalsTheReferenceInInferenceAndTraining(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      Trained evaluated = Trained.load(fixture, manager);
      evaluated.backward(fixture, manager, false);
      Map<String, Parameter> parameters = Weights.of(evaluated.network);
      for (String tensor : fixture.names()) {
        if (tensor.startsWith("grad/")) {
          check(fixture, tensor, parameters.get(tensor.substring("grad/".length())));
        }
      }
      Trained trained = Trained.load(fixture, manager);
      trained.backward(fixture, manager, true);
      parameters = Weights.of(trained.network);
      check(fixture, "train_grad/conv1.weight", parameters.get("conv1.weight"));
      for (String tensor : fixture.names()) {
        if (tensor.startsWith("out/train/")) {
          fixture.check(tensor, parameters.get(tensor.substring("out/train/".length())).getArray());
        }
      }
      assertThat(fixture.unchecked()).isEmpty();
      fixture.assertAllPass();
    }
  }

  private static void check(ParityFixture fixture, String tensor, Parameter parameter) {
    try (NDArray gradient = parameter.getArray().getGradient()) {
      fixture.check(tensor, gradient);
    }
  }

  /** A network with the classifier that the fixtures put behind it. */
  private record Trained(ResNet network, Linear classifier) {
    static Trained load(ParityFixture fixture, NDManager manager) {
      JsonNode config = fixture.config();
      List<Integer> widths = integers(config.get("widths"));
      ResNet network =
          new ResNet(config.get("in_chans").asInt(), widths, integers(config.get("layers")));
      Linear classifier =
          new Linear(widths.get(widths.size() - 1), config.get("num_classes").asInt());
      fixture.weights().allowExtra(name -> name.startsWith(CLASSIFIER)).load(network, manager);
      fixture
          .weights()
          .withoutPrefix(CLASSIFIER)
          .allowExtra(name -> true)
          .load(classifier, manager);
      return new Trained(network, classifier);
    }

    void backward(ParityFixture fixture, NDManager manager, boolean training) {
      NDArray x = fixture.input(manager, "in/x");
      Pass pass = new Pass(new ParameterStore(manager, false), x.getDevice(), training);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray map = ResNet.pool(network.stem(pass, x));
        if (!training) {
          fixture.check("mid/maxpool", map);
        }
        for (int stage = 0; stage < network.stageCount(); stage++) {
          map = network.stage(pass, stage, map);
          if (!training) {
            fixture.check("mid/layer" + (stage + 1), map);
          }
        }
        NDArray pooled = map.mean(new int[] {3}).mean(new int[] {2});
        NDArray logits = classifier.forward(pass, pooled);
        fixture.check(training ? "out/train_logits" : "out/logits", logits);
        NDArray loss = CrossEntropy.mean(logits, fixture.input(manager, "in/label"));
        fixture.check(training ? "loss/ce_train" : "loss/ce_eval", loss.getFloat());
        collector.backward(loss);
      }
    }
  }

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

  private static List<Integer> integers(JsonNode list) {
    List<Integer> values = new ArrayList<>();
    list.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
