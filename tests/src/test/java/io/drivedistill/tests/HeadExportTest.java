package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.core.YamlConfig;
import io.drivedistill.distill.HeadStudy;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.Parity;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.head.AnchoredHead;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every planning head of the study in configs/ exports: best trajectory, proposals and scores. */
class HeadExportTest {
  private static final long SEED = 5;

  static Stream<HeadStudy.Candidate> heads() {
    return YamlConfig.read(
            RepositoryRoot.find().resolve("configs").resolve("studies").resolve("heads.yaml"),
            HeadStudy.Settings.class)
        .heads()
        .stream()
        .filter(candidate -> candidate.head().isPresent());
  }

  @ParameterizedTest
  @MethodSource("heads")
  void exportedHeadEqualsTheTrainedOne(HeadStudy.Candidate candidate) {
    Transfuser planner =
        new Transfuser(TransfuserConfig.quickstart(), candidate.head().orElseThrow()::head);
    StudentModel model = StudentModel.baseline(planner);
    try (NDManager manager = NDManager.newBaseManager()) {
      model.initialize(manager, SEED);
      if (planner.head() instanceof AnchoredHead head) {
        head.setAnchors(manager, anchors(head.proposals() * TransfuserConfig.quickstart().poses()));
      }
      List<InputSpec> inputs = model.inputs().stream().map(HeadExportTest::input).toList();
      List<String> outputs = model.outputs().stream().map(TensorSpec::name).toList();
      assertThat(outputs).containsExactly("trajectory", "proposals", "scores");
      Parity.Report report =
          Parity.check(model, new OnnxExporter().export(model, inputs, outputs), outputs, SEED);
      assertThat(report.largestRelative()).isLessThan(1e-4);
    }
  }

  private static float[] anchors(int poses) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] values = new float[3 * poses];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static InputSpec input(TensorSpec spec) {
    return spec.dtype() == Dtype.U8 ? InputSpec.of(spec, 0, 6) : InputSpec.of(spec, -3, 3);
  }
}
