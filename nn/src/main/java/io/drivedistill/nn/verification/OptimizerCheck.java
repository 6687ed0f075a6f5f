package io.drivedistill.nn.verification;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Scalars;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.nn.training.AdamW;
import io.drivedistill.nn.training.Gradients;
import io.drivedistill.nn.training.MomentumDescent;
import io.drivedistill.nn.training.ParameterGrouping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Optimizers and clipping against the steps PyTorch took. */
final class OptimizerCheck {
  private static final Pattern ADAM =
      Pattern.compile("opt/adamw?_lr([0-9.e-]+?)(?:_wd([0-9.e-]+))?");
  private static final Pattern DESCENT = Pattern.compile("opt/sgd_m([0-9.]+)_lr([0-9.e-]+)");

  private OptimizerCheck() {}

  /** Follows as many steps as there are gradients; the name holds the settings. */
  static void steps(String name, ParityFixture fixture, NDManager manager) {
    Matcher adam = ADAM.matcher(name);
    Matcher descent = DESCENT.matcher(name);
    if (!adam.matches() && !descent.matches()) {
      throw new DriveDistillException(
          fixture.folder().toAbsolutePath() + " has an unknown optimizer '" + name + "'",
          "Maybe the fixture is newer than this program.");
    }
    Inference.run(
        () -> {
          NDArray weight = fixture.input(manager, "opt/in/p0");
          NDArray gradients = fixture.input(manager, "opt/in/grads");
          NDList seen = new NDList();
          Map<String, NDArray> weights = Map.of("p", weight);
          double decay =
              adam.matches() && adam.group(2) != null ? Double.parseDouble(adam.group(2)) : 0;
          try (AdamW optimizer = new AdamW(weights, manager, ParameterGrouping.uniform(decay));
              MomentumDescent sgd =
                  new MomentumDescent(
                      weights,
                      manager,
                      descent.matches() ? Double.parseDouble(descent.group(1)) : 0)) {
            for (int step = 0; step < gradients.getShape().get(0); step++) {
              Map<String, NDArray> gradient = Map.of("p", gradients.get(step));
              if (adam.matches()) {
                optimizer.step(Double.parseDouble(adam.group(1)), gradient, 1);
              } else {
                sgd.step(Double.parseDouble(descent.group(2)), gradient);
              }
              seen.add(weight.duplicate());
            }
          }
          fixture.check(name + "/out", NDArrays.stack(seen));
        });
  }

  /** The global norm of all gradients {@code clip_norm/in/*} and their clipped values. */
  static void clipping(double largest, ParityFixture fixture, NDManager manager) {
    String prefix = "clip_norm/in/";
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    for (String tensor : fixture.names()) {
      if (tensor.startsWith(prefix)) {
        gradients.put(tensor.substring(prefix.length()), fixture.input(manager, tensor));
      }
    }
    double norm = Gradients.norm(gradients);
    double factor = Gradients.clipFactor(norm, largest);
    fixture.check("clip_norm/total", norm);
    gradients.forEach(
        (key, value) -> fixture.check("clip_norm/out/" + key, Scalars.scale(value, factor)));
  }
}
