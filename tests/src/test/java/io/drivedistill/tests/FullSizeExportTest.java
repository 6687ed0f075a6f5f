package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.drivedistill.core.Dtype;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Parity;
import io.drivedistill.latentaction.EgoActionModel;
import io.drivedistill.latentaction.LatentActionConfig;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.Guidance;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.StudentOutput;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The project's networks in their published sizes, in ONNX Runtime as in DJL. Minutes of two cores,
 * so only where it is asked for with {@code -Ddrivedistill.fullSize=true}.
 */
@EnabledIfSystemProperty(
    named = "drivedistill.fullSize",
    matches = "true",
    disabledReason = "published sizes take minutes; ask with -Ddrivedistill.fullSize=true")
final class FullSizeExportTest {
  private static final long SEED = 7;
  private static final double MILLION = 1e6;

  private static void prove(
      String name,
      Module block,
      List<InputSpec> inputs,
      List<String> outputs,
      List<Integer> sizes) {
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, SEED);
      disturb(block, manager);
      long start = System.nanoTime();
      OnnxModel model = new OnnxExporter().export(block, inputs, outputs);
      double seconds = (System.nanoTime() - start) / 1e9;
      Parity.Report report = Parity.check(block, model, outputs, SEED, sizes, Parity.TOLERANCE);
      assertThat(report.differences()).allMatch(difference -> difference.magnitude() > 0);
      System.out.printf(
          Locale.ROOT,
          "FULL SIZE %s: %.1f M parameters, exported in %.1f s, largest relative difference %.1e"
              + " of %s at batch %s%n",
          name,
          Weights.count(block) / MILLION,
          seconds,
          report.largestRelative(),
          outputs,
          sizes);
    }
  }

  /** Some parameters start at zero, which would hide what lies before them. */
  private static void disturb(Module block, NDManager manager) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (Parameter parameter : Weights.of(block).values()) {
      float[] values = parameter.getArray().toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (0.01 * (2 * random.nextDouble() - 1));
      }
      Weights.set(parameter, Constants.of(manager, values, parameter.getShape().getShape()));
    }
  }

  @Test
  void resNet34() {
    prove(
        "ResNet-34",
        new ResNet(3, List.of(64, 128, 256, 512), List.of(3, 4, 6, 3)),
        List.of(InputSpec.batched("image", 1, 3, 256, 1024)),
        List.of("map"),
        List.of(1, 2));
  }

  @Test
  void transfuserWithItsDecisionTransformer() {
    StudentModel model =
        new StudentModel(
            new Transfuser(TransfuserConfig.published()),
            GuidanceKind.DISTILLED,
            GuidanceConfig.published(32));
    List<InputSpec> inputs =
        model.inputs().stream()
            .map(
                spec ->
                    spec.dtype() == Dtype.U8
                        ? InputSpec.of(spec, 0, spec.name().equals("lidar") ? 6 : 256)
                        : InputSpec.of(spec, -1, 1))
            .toList();
    prove(
        "TransFuser with decision transformer",
        new Opened(model),
        inputs,
        List.of("trajectory", "features", "codes"),
        List.of(1, 2));
  }

  /** Shows what the decision transformer says beside the trajectory. */
  private static final class Opened extends Module {
    private final StudentModel model;

    Opened(StudentModel model) {
      this.model = child("model", model);
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      StudentOutput output = model.predict(pass, inputs, null);
      Guidance.Signals signals = output.imitation().orElseThrow();
      return new NDList(
          output.predictions().get("trajectory"), signals.features(), signals.codeLogits());
    }
  }

  @Test
  void latentActionModel() {
    prove(
        "Latent action model, stage 2",
        new EgoActionModel(LatentActionConfig.published(), 0),
        List.of(InputSpec.batched("features", 1, 2, 256, 768)),
        List.of("reconstruction", "ego_codes", "environment_codes"),
        List.of(1, 2));
  }
}
