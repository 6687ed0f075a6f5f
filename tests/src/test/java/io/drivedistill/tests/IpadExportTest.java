package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.NetworkCost;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Parity;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.ipad.Ipad;
import io.drivedistill.student.ipad.IpadConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IpadExportTest {
  private static final long SEED = 11;

  @ParameterizedTest
  @EnumSource(
      value = IpadConfig.Behaviour.class,
      names = {"PAPER", "RELEASED_WEIGHTS"})
  void exportedPlannerEqualsTheTrainedOneWithoutTrainingHeads(IpadConfig.Behaviour behaviour) {
    GuidanceConfig guidance = GuidanceConfig.quickstart(new GuidanceConfig.Teacher(20, 48, 12, 16));
    Ipad student = new Ipad(IpadConfig.quickstart().withBehaviour(behaviour));
    StudentModel model = new StudentModel(student, GuidanceKind.DISTILLED, guidance);
    try (NDManager manager = NDManager.newBaseManager()) {
      model.initialize(manager, SEED);
      List<InputSpec> inputs = model.inputs().stream().map(IpadExportTest::spec).toList();
      List<String> outputs = model.outputs().stream().map(TensorSpec::name).toList();
      assertThat(outputs).containsExactly("trajectory", "proposals", "scores");
      OnnxModel exported = new OnnxExporter().export(model, inputs, outputs);
      Parity.Report report = Parity.check(model, exported, outputs, SEED);
      assertThat(report.largestRelative()).isLessThan(1e-4);
      assertThat(exported.proto().getGraph().getNodeList())
          .anyMatch(node -> node.getOpType().equals("GridSample"));
      // ONNX Runtime's CUDA has no ArgMax of integers and would go to the processor and back
      List<String> compared =
          exported.proto().getGraph().getNodeList().stream()
              .filter(node -> node.getOpType().equals("ArgMax"))
              .map(node -> node.getInput(0))
              .toList();
      assertThat(exported.proto().getGraph().getNodeList())
          .filteredOn(node -> compared.contains(node.getOutput(0)))
          .hasSameSizeAs(compared)
          .noneMatch(
              node ->
                  node.getOpType().equals("Cast")
                      && node.getAttribute(0).getI() != TensorProto.DataType.FLOAT.getNumber());
      assertThat(exported.proto().getGraph().getInitializerList())
          .noneMatch(weight -> weight.getName().contains("pred_area"))
          .noneMatch(weight -> weight.getName().contains("pred_col_agent"));
    }
  }

  @Test
  void operationsAreCountedByPart() {
    IpadConfig config = IpadConfig.quickstart();
    Ipad student = new Ipad(config);
    try (NDManager manager = NDManager.newBaseManager()) {
      student.initialize(manager, SEED);
      List<InputSpec> inputs = student.inputs().stream().map(IpadExportTest::spec).toList();
      NetworkCost cost =
          NetworkCost.of(student, inputs, name -> name.substring(0, name.indexOf('.')));
      assertThat(cost.parts())
          .extracting(NetworkCost.Part::name)
          .contains("_backbone", "_trajectory_head", "scorer");
      long used = cost.parts().stream().mapToLong(NetworkCost.Part::parameters).sum();
      assertThat(cost.weightBytes()).isEqualTo(4 * used);
      assertThat(used).isLessThan(Weights.count(student));
      assertThat(cost.activationBytes()).isPositive();
      // The first convolution alone: 7x7x3 products for each of 16 channels of half the picture.
      long stem = 2L * 3 * 16 * 49 * 3 * (96 / 2) * (160 / 2);
      assertThat(cost.operations()).isGreaterThan(stem);
    }
  }

  private static InputSpec spec(TensorSpec spec) {
    return spec.dtype() == Dtype.U8 ? InputSpec.of(spec, 0, 256) : InputSpec.of(spec, -3, 10);
  }
}
