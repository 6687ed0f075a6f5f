package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Parity;
import io.drivedistill.latentaction.Conditioning;
import io.drivedistill.latentaction.EgoActionModel;
import io.drivedistill.latentaction.EnvironmentActionModel;
import io.drivedistill.latentaction.LatentActionConfig;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.dinov2.Dinov2;
import io.drivedistill.nn.dinov2.Dinov2Config;
import io.drivedistill.nn.dinov2.PositionResize;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.qwen.QwenConfig;
import io.drivedistill.teacher.qwen.QwenVl;
import io.drivedistill.teacher.qwen.TokenBatch;
import io.drivedistill.teacher.qwen.VisualFrames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of network of the project, at small sizes, is the same in ONNX Runtime. */
final class ProjectNetworksExportTest {
  private static final long SEED = 7;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Fills every parameter: some start at zero, which would hide a wrong branch. */
  private <B extends Module> B filled(B block) {
    block.initialize(manager, SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    for (Parameter parameter : Weights.of(block).values()) {
      float[] values = parameter.getArray().toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (0.02 * (2 * random.nextDouble() - 1));
      }
      long[] shape = parameter.getShape().getShape();
      Weights.set(parameter, Constants.of(manager, values, shape));
    }
    return block;
  }

  private static void prove(Block block, List<InputSpec> inputs, List<String> outputs) {
    OnnxModel model = new OnnxExporter().export(block, inputs, outputs);
    Parity.Report report = Parity.check(block, model, outputs, SEED);
    assertThat(report.differences())
        .allSatisfy(difference -> assertThat(difference.magnitude()).isPositive());
  }

  @ParameterizedTest
  @EnumSource(GuidanceKind.class)
  void studentWithEveryGuidance(GuidanceKind kind) {
    GuidanceConfig guidance = GuidanceConfig.quickstart(new GuidanceConfig.Teacher(20, 32, 12, 16));
    StudentModel model =
        filled(new StudentModel(new Transfuser(TransfuserConfig.quickstart()), kind, guidance));
    List<InputSpec> inputs = new ArrayList<>();
    model.inputs().forEach(spec -> inputs.add(InputSpec.of(spec, 0, 6)));
    prove(model, inputs, List.of("trajectory"));
  }

  @Test
  void latentActionModels() {
    LatentActionConfig config = new LatentActionConfig(24, 32, 4, 2, 2, 8, 16, 4, 0.25, false);
    List<InputSpec> features = List.of(InputSpec.batched("features", 1, 2, 9, 24));
    prove(
        filled(new EnvironmentActionModel(config, new Conditioning.None())),
        features,
        List.of("reconstruction", "codes"));
    Conditioning.Drive drive = new Conditioning.Drive(2, 4);
    prove(
        filled(new EnvironmentActionModel(config, drive)),
        List.of(features.get(0), InputSpec.batched("drive", 1, drive.width())),
        List.of("reconstruction", "codes"));
    prove(
        filled(new EgoActionModel(config, 16)),
        features,
        List.of("reconstruction", "ego_codes", "environment_codes"));
  }

  @ParameterizedTest
  @EnumSource(Dinov2Config.FeedForward.class)
  void dinov2(Dinov2Config.FeedForward feedForward) {
    Dinov2 network =
        filled(
            new Dinov2(
                new Dinov2Config(48, 2, 3, 14, 7, 4, PositionResize.ANTIALIASED, feedForward)));
    prove(
        network,
        List.of(InputSpec.batched("images", 1, 3, 42, 70)),
        List.of("class", "registers", "patches"));
  }

  @Test
  void qwenOfSmallSize() {
    QwenConfig config =
        new QwenConfig(
            new QwenConfig.Text(128, 32, 64, 2, 4, 2, 1e-6, 1e6, List.of(1, 1, 2), true, 0.02),
            new QwenConfig.Vision(2, 32, 48, 2, 32, Patches.PUBLISHED, 56, Set.of(1), 2),
            new QwenConfig.Markers(102, 103, 105, 106));
    PatchGrid grid = new PatchGrid(1, 4, 8);
    int length = Patches.PUBLISHED.length();
    prove(
        filled(new QuestionAboutAPicture(config, grid)),
        List.of(InputSpec.fixed("patches", 1, grid.patches(), length)),
        List.of("hidden", "logits"));
  }

  /** Qwen2.5-VL asked one fixed question; the picture is the input. */
  private static final class QuestionAboutAPicture extends Module {
    private final QwenVl qwen;
    private final PatchGrid grid;

    QuestionAboutAPicture(QwenConfig config, PatchGrid grid) {
      qwen = child("qwen", new QwenVl(config));
      this.grid = grid;
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      List<Long> ids = new ArrayList<>(List.of(1L, 2L, 102L));
      for (int i = 0; i < grid.tokens(2); i++) {
        ids.add(105L);
      }
      ids.addAll(List.of(103L, 9L, 17L, 3L));
      TokenBatch tokens =
          new TokenBatch(
              new long[][] {ids.stream().mapToLong(Long::longValue).toArray()},
              null,
              List.of(List.of(TokenBatch.VisualSpan.picture(grid))));
      var hidden =
          qwen.hiddenStates(
              pass, tokens, List.of(new VisualFrames(inputs.head(), grid.rows(), grid.columns())));
      return new NDList(hidden, qwen.logits(pass, hidden));
    }
  }
}
