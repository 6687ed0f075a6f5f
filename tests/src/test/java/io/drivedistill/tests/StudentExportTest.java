package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.Parity;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.export.points.PointCloudInput;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import io.drivedistill.student.transfuser.TransfuserSamples;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
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
      // TensorRT takes bytes as inputs, and does nothing else with them
      assertThat(exported.proto().getGraph().getNodeList())
          .filteredOn(node -> node.getInputList().contains("camera"))
          .extracting(NodeProto::getOpType)
          .containsOnly("Cast");
    }
  }

  /** On edges and beside them, on deciding heights, outside, and where there is no number. */
  @ParameterizedTest
  @CsvSource({"256,256,32,false", "64,64,32,true", "96,160,30.1,true"})
  void pointsAreCountedInTheGraphAsTheFeatureBuilderDoes(
      int rows, int columns, double rangeM, boolean groundPlane) {
    TransfuserConfig.Lidar lidar = new TransfuserConfig.Lidar(rows, columns, rangeM, groundPlane);
    TransfuserConfig config = withLidar(TransfuserConfig.quickstart(), lidar);
    PointCloudInput input =
        new PointCloudInput(new Transfuser(config).pointGrids().get("lidar"), 3);
    SplittableRandom random = new SplittableRandom(SEED);
    int count = 20_000;
    float[][] axes = new float[3][count];
    float[] points = new float[3 * count];
    for (int i = 0; i < count; i++) {
      axes[0][i] = coordinate(rangeM, rows, random);
      axes[1][i] = coordinate(rangeM, columns, random);
      axes[2][i] =
          new float[] {0.2f, Math.nextUp(0.2f), 100, Math.nextDown(100f), Float.NaN, -1, 1, 2}
              [random.nextInt(8)];
      for (int k = 0; k < 3; k++) {
        points[3 * i + k] = axes[k][i];
      }
    }
    byte[] expected = new TransfuserSamples(config).lidar(axes[0], axes[1], axes[2]).toBytes();
    try (OnnxSession session = OnnxSession.of(input.alone("lidar"), SessionSettings.cpu(1))) {
      HostTensor counted =
          session.run(Map.of("points", HostTensor.of(points, 1, count, 3))).get("lidar");
      assertThat(counted.data()).as("seed " + SEED).isEqualTo(ByteBuffer.wrap(expected));
      assertThat(expected).contains((byte) 5);
    }
  }

  private static TransfuserConfig withLidar(TransfuserConfig c, TransfuserConfig.Lidar lidar) {
    return new TransfuserConfig(
        c.image(),
        lidar,
        false,
        c.widths(),
        c.blocks(),
        c.fusion(),
        c.bev(),
        c.decoder(),
        c.agents(),
        c.poses(),
        c.poseIntervalS());
  }

  private static float coordinate(double rangeM, int cells, SplittableRandom random) {
    float edge = (float) (random.nextInt(cells + 1) * (2 * rangeM / cells) - rangeM);
    return switch (random.nextInt(8)) {
      case 0 -> edge;
      case 1 -> Math.nextUp(edge);
      case 2 -> Math.nextDown(edge);
      case 3 -> (float) (random.nextBoolean() ? rangeM : -rangeM);
      case 4 -> random.nextInt(9) == 0 ? Float.NaN : Float.POSITIVE_INFINITY;
      case 5 -> (float) random.nextDouble(0.3);
      default -> (float) random.nextDouble(-1.2 * rangeM, 1.2 * rangeM);
    };
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
