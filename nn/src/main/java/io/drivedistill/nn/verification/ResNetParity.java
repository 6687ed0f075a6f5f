package io.drivedistill.nn.verification;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.CrossEntropy;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Residual networks of basic blocks with a classifier, in inference and in training. */
public final class ResNetParity implements ParityFamily {
  private static final String CLASSIFIER = "fc.";
  private static final String TRAINED = "out/train/";

  @Override
  public String name() {
    return "ResNet";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("resnet");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    fixture.options().only("bn_eps", 1e-5);
    fixture.options().only("bn_momentum", 0.1);
    fixture.options().only("relu_after_add", true);
    Classified evaluated = Classified.load(fixture, manager);
    evaluated.backward(fixture, manager, false);
    fixture.checkGradients(evaluated.parameters());
    Classified trained = Classified.load(fixture, manager);
    trained.backward(fixture, manager, true);
    Map<String, Parameter> parameters = trained.parameters();
    fixture.checkGradients(parameters, "train_");
    Inference.run(
        () -> {
          for (String tensor : fixture.names()) {
            if (tensor.startsWith(TRAINED)) {
              fixture.check(tensor, parameters.get(tensor.substring(TRAINED.length())).getArray());
            }
          }
        });
  }

  /** A network with the classifier that the fixtures put behind it. */
  private record Classified(ResNet network, Linear classifier) {
    static Classified load(ParityFixture fixture, NDManager manager) {
      FixtureOptions options = fixture.options();
      List<Integer> widths = options.integers("widths");
      ResNet network = new ResNet(options.integer("in_chans"), widths, options.integers("layers"));
      Linear classifier = new Linear(widths.get(widths.size() - 1), options.integer("num_classes"));
      fixture.weights().allowExtra(name -> name.startsWith(CLASSIFIER)).load(network, manager);
      fixture
          .weights()
          .withoutPrefix(CLASSIFIER)
          .allowExtra(name -> true)
          .load(classifier, manager);
      return new Classified(network, classifier);
    }

    Map<String, Parameter> parameters() {
      Map<String, Parameter> all = Weights.of(network);
      Weights.of(classifier).forEach((name, parameter) -> all.put(CLASSIFIER + name, parameter));
      return all;
    }

    void backward(ParityFixture fixture, NDManager manager, boolean training) {
      NDArray x = fixture.input(manager, "in/x");
      Pass pass = new Pass(new ParameterStore(manager, false), x.getDevice(), training);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray map = ResNet.pool(network.stem(pass, x));
        List<NDArray> stages = new ArrayList<>(List.of(map));
        for (int stage = 0; stage < network.stageCount(); stage++) {
          map = network.stage(pass, stage, map);
          stages.add(map);
        }
        if (!training) {
          for (int stage = 0; stage < stages.size(); stage++) {
            String name = stage == 0 ? "mid/maxpool" : "mid/layer" + stage;
            if (fixture.has(name)) {
              fixture.check(name, stages.get(stage));
            }
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
}
