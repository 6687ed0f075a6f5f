package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Parity;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentExportTest {
  private static final long SEED = 11;

  @ParameterizedTest
  @CsvSource({"NONE,false", "TEACHER,false", "DISTILLED,false", "DISTILLED,true"})
  void exportedPlannerEqualsTheTrainedOneWithoutTrainingHeads(GuidanceKind kind, boolean latent) {
    TransfuserConfig config = TransfuserConfig.quickstart().withLatent(latent);
    GuidanceConfig guidance = GuidanceConfig.quickstart(new GuidanceConfig.Teacher(20, 48, 12, 16));
    StudentModel model = new StudentModel(new Transfuser(config), kind, guidance);
    try (NDManager manager = NDManager.newBaseManager()) {
      model.initialize(manager, SEED);
      disturbZeros(model, manager);
      List<InputSpec> inputs = model.inputs().stream().map(StudentExportTest::spec).toList();
      List<String> outputs = List.of(model.trajectory().name());
      OnnxModel exported = new OnnxExporter().export(model, inputs, outputs);

      Parity.Report report = Parity.check(model, exported, outputs, SEED);
      assertThat(report.largestRelative()).isLessThan(1e-4);
      assertThat(exported.proto().getGraph().getInitializerList())
          .noneMatch(weight -> weight.getName().contains("_bev_semantic_head"))
          .noneMatch(weight -> weight.getName().contains("_agent_head"))
          .noneMatch(weight -> weight.getName().startsWith("teacher"));
    }
  }

  /** Zero projections would hide what lies before them. */
  private static void disturbZeros(StudentModel model, NDManager manager) {
    SplittableRandom random = new SplittableRandom(SEED);
    Weights.of(model)
        .forEach(
            (name, parameter) -> {
              if (name.startsWith("fusion.") && isZero(parameter)) {
                float[] values = new float[Math.toIntExact(parameter.getShape().size())];
                for (int i = 0; i < values.length; i++) {
                  values[i] = (float) (0.1 * random.nextGaussian());
                }
                Weights.set(
                    parameter, Constants.of(manager, values, parameter.getShape().getShape()));
              }
            });
  }

  private static boolean isZero(Parameter parameter) {
    return parameter.getArray().abs().max().getFloat() == 0;
  }

  private static InputSpec spec(TensorSpec spec) {
    long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
    shape[0] = 1;
    InputSpec input = InputSpec.batched(spec.name(), shape);
    if (spec.dtype() == Dtype.U8) {
      return input.holding(DataType.UINT8, 0, spec.name().equals("lidar") ? 6 : 256);
    }
    return input;
  }
}
