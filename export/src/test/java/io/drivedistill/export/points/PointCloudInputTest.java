package io.drivedistill.export.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.PointGrid;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.SessionSettings;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counting in the graph against numpy's definition of a histogram, written down plainly. */
class PointCloudInputTest {
  private static final String COUNTS = "lidar";

  static Stream<PointGrid> grids() {
    return Stream.of(
        new PointGrid(256, 256, 32, 0.2f, 100, false, 5),
        new PointGrid(256, 256, 32, 0.2f, 100, true, 5),
        new PointGrid(64, 64, 32, 0.2f, 100, false, 5),
        // steps and ranges that no float32 holds exactly
        new PointGrid(96, 40, 32.1, 0.2f, 100, true, 5),
        new PointGrid(7, 1000, 49.9, -0.3f, 2.5f, true, 255));
  }

  /** The largest edge not above the value tells the cell; the last cell has both its edges. */
  private static int cell(float value, double rangeM, int count) {
    if (!(value >= -rangeM && value <= rangeM)) {
      return -1;
    }
    double step = 2 * rangeM / count;
    int cell = 0;
    while (cell + 1 < count && value >= (cell + 1) * step - rangeM) {
      cell++;
    }
    return cell;
  }

  private static byte[] counted(float[] points, int values, PointGrid grid) {
    byte[] counts = new byte[grid.channels() * grid.rows() * grid.columns()];
    for (int i = 0; i < points.length; i += values) {
      float z = points[i + 2];
      int row = cell(points[i], grid.rangeM(), grid.rows());
      int column = cell(points[i + 1], grid.rangeM(), grid.columns());
      boolean above = z > grid.groundM();
      if (row < 0 || column < 0 || !(z < grid.ceilingM()) || !(above || grid.groundPlane())) {
        continue;
      }
      int channel = grid.groundPlane() && above ? 1 : 0;
      int at = (channel * grid.rows() + row) * grid.columns() + column;
      counts[at] = (byte) Math.min(grid.maxCount(), (counts[at] & 0xff) + 1);
    }
    return counts;
  }

  private static byte[] run(OnnxSession session, float[] points, int batch, int values) {
    HostTensor input =
        HostTensor.of(points, batch, points.length / values / Math.max(1, batch), values);
    HostTensor counts = session.run(Map.of(PointCloudInput.NAME, input)).get(COUNTS);
    byte[] bytes = new byte[counts.data().remaining()];
    counts.data().duplicate().get(bytes);
    return bytes;
  }

  /** Ordinary points, points on and beside edges, on heights that decide, outside, no numbers. */
  private static float[] cloud(int count, int values, PointGrid grid, SplittableRandom random) {
    float[] points = new float[count * values];
    for (int i = 0; i < points.length; i += values) {
      points[i] = coordinate(grid.rangeM(), grid.rows(), random);
      points[i + 1] = coordinate(grid.rangeM(), grid.columns(), random);
      points[i + 2] =
          switch (random.nextInt(8)) {
            case 0 -> grid.groundM();
            case 1 -> Math.nextUp(grid.groundM());
            case 2 -> grid.ceilingM();
            case 3 -> Math.nextDown(grid.ceilingM());
            case 4 -> random.nextInt(4) == 0 ? Float.NaN : -1;
            default -> (float) random.nextDouble(-2, 3);
          };
      if (values == 4) {
        points[i + 3] = random.nextInt(3) == 0 ? Float.NaN : 17;
      }
    }
    return points;
  }

  private static float coordinate(double rangeM, int count, SplittableRandom random) {
    float edge = (float) (random.nextInt(count + 1) * (2 * rangeM / count) - rangeM);
    return switch (random.nextInt(12)) {
      case 0 -> edge;
      case 1 -> Math.nextUp(edge);
      case 2 -> Math.nextDown(edge);
      case 3 -> (float) (random.nextBoolean() ? rangeM : -rangeM);
      case 4 ->
          new float[] {
                Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, -0f, 1e-30f
              }
              [random.nextInt(6)];
      case 5 -> (float) (0.01 * random.nextDouble()); // many points in one cell
      default -> (float) random.nextDouble(-1.2 * rangeM, 1.2 * rangeM);
    };
  }

  @ParameterizedTest
  @MethodSource("grids")
  void countsAreThoseOfTheHistogram(PointGrid grid) {
    long seed = 20251121;
    SplittableRandom random = new SplittableRandom(seed);
    for (int values : new int[] {3, 4}) {
      try (OnnxSession session =
          OnnxSession.of(new PointCloudInput(grid, values).alone(COUNTS), SessionSettings.cpu(1))) {
        for (int count : new int[] {0, 1, 2, 5000, 1 + random.nextInt(3000)}) {
          float[] points = cloud(count, values, grid, random);
          assertThat(run(session, points, 1, values))
              .as("seed %d, %d points of %d values", seed, count, values)
              .isEqualTo(counted(points, values, grid));
        }
      }
    }
  }

  @Test
  void cloudsOfABatchAreCountedApart() {
    PointGrid grid = new PointGrid(8, 6, 4, 0, 100, false, 3);
    SplittableRandom random = new SplittableRandom(3);
    float[] first = cloud(50, 3, grid, random);
    float[] second = cloud(50, 3, grid, random);
    float[] points = new float[300];
    System.arraycopy(first, 0, points, 0, 150);
    System.arraycopy(second, 0, points, 150, 150);
    try (OnnxSession session =
        OnnxSession.of(new PointCloudInput(grid, 3).alone(COUNTS), SessionSettings.cpu(1))) {
      byte[] counts = run(session, points, 2, 3);
      byte[] expected = new byte[96];
      System.arraycopy(counted(first, 3, grid), 0, expected, 0, 48);
      System.arraycopy(counted(second, 3, grid), 0, expected, 48, 48);
      assertThat(counts).isEqualTo(expected);
    }
  }

  @Test
  void aModelTakesPointsInThePlaceOfCounts() {
    PointGrid grid = new PointGrid(8, 6, 4, 0, 100, true, 3);
    Block block =
        new LambdaBlock(
            inputs -> {
              var counts = inputs.get(1).toType(DataType.FLOAT32, false);
              return new NDList(counts.sum(new int[] {1}).add(inputs.get(0).expandDims(1)));
            });
    OnnxModel histogram =
        new OnnxExporter()
            .export(
                block,
                List.of(
                    InputSpec.batched("status", 1, 6),
                    InputSpec.batched(COUNTS, 1, 2, 8, 6).holding(DataType.UINT8, 0, 4)),
                List.of("y"));
    OnnxModel model = new PointCloudInput(grid, 4).inFrontOf(histogram, COUNTS);
    float[] points = cloud(400, 4, grid, new SplittableRandom(9));
    HostTensor status = HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 6);
    HostTensor counts = HostTensor.zeros(DataType.UINT8, 1, 2, 8, 6);
    counts.data().duplicate().put(counted(points, 4, grid));
    try (OnnxSession counting = OnnxSession.of(model, SessionSettings.cpu(1));
        OnnxSession given = OnnxSession.of(histogram, SessionSettings.cpu(1))) {
      assertThat(counting.inputNames()).containsExactly("status", PointCloudInput.NAME);
      double[] expected = given.run(Map.of("status", status, COUNTS, counts)).get("y").toDoubles();
      double[] actual =
          counting
              .run(Map.of("status", status, PointCloudInput.NAME, HostTensor.of(points, 1, 400, 4)))
              .get("y")
              .toDoubles();
      assertThat(actual).isEqualTo(expected);
    }
  }

  @Test
  void wrongWishesAreSaidPlainly() {
    PointGrid grid = new PointGrid(8, 6, 4, 0, 100, true, 3);
    assertThatThrownBy(() -> new PointCloudInput(grid, 2))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("x, y, z");
    OnnxModel other =
        new OnnxExporter()
            .export(
                new LambdaBlock(l -> new NDList(l.get(0).neg())),
                List.of(InputSpec.batched("x", 1, 3)),
                List.of("y"));
    assertThatThrownBy(() -> new PointCloudInput(grid, 3).inFrontOf(other, COUNTS))
        .hasMessageContaining("no input 'lidar'");
  }
}
