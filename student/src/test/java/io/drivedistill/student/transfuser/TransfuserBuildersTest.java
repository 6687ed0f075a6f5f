package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Safetensors;
import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.student.Fixtures;
import io.drivedistill.student.SampleTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransfuserBuildersTest {
  private static final TransfuserConfig CONFIG = TransfuserConfig.published();

  private ParityFixture fixture;
  private Safetensors tensors;

  @BeforeEach
  void open() {
    fixture = ParityFixture.open(Fixtures.folder("transfuser_builders"));
    tensors = fixture.tensors();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void lidarHistogramEqualsTheReference() {
    float[] cloud = tensors.floats("in/lidar_pc_6xN");
    int points = cloud.length / 6;
    float[] x = Arrays.copyOfRange(cloud, 0, points);
    float[] y = Arrays.copyOfRange(cloud, points, 2 * points);
    float[] z = Arrays.copyOfRange(cloud, 2 * points, 3 * points);
    assertEqual("out/lidar_hist_counts", LidarHistogram.of(x, y, z, CONFIG.lidar()));
    assertEqual(
        "out/lidar_hist_ground_plane_counts",
        LidarHistogram.of(x, y, z, new TransfuserConfig.Lidar(256, 256, 32, true)));
  }

  @Test
  void stitchedCamerasEqualTheReference() {
    byte[] stitched =
        CameraStitch.stitch(
            pattern(3, 1, 70), pattern(1, 2, 50), pattern(2, 5, 90), CONFIG.image());
    int height = 256;
    int width = 1024;
    byte[] rows = new byte[3 * 3 * width];
    byte[] coarse = new byte[3 * 32 * 128];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 3; i++) {
        int row = new int[] {0, 127, 255}[i];
        System.arraycopy(stitched, (c * height + row) * width, rows, (c * 3 + i) * width, width);
      }
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 128; x++) {
          coarse[(c * 32 + y) * 128 + x] = stitched[(c * height + 8 * y) * width + 8 * x];
        }
      }
    }
    assertEqual("out/camera_u8_rows_0_127_255", rows);
    assertEqual("out/camera_u8_stride8", coarse);
  }

  private static RgbPicture pattern(int a, int b, int d) {
    byte[] rgb = new byte[1080 * 1920 * 3];
    int at = 0;
    for (int y = 0; y < 1080; y++) {
      for (int x = 0; x < 1920; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[at++] = (byte) (a * x + b * y + d * c + 31 * ((x * y) >> 5));
        }
      }
    }
    return new RgbPicture(1080, 1920, rgb);
  }

  @Test
  void agentsEqualTheReference() {
    Map<String, SampleTensor> targets = TransfuserTargets.agents(CONFIG, boxes());
    assertThat(targets.get(Transfuser.AGENT_STATES).toFloats())
        .containsExactly(tensors.floats("out/agent_states"));
    long[] expected = tensors.longs("out/agent_labels");
    float[] labels = targets.get(Transfuser.AGENT_LABELS).toFloats();
    for (int i = 0; i < labels.length; i++) {
      assertThat(labels[i]).isEqualTo((float) expected[i]);
    }
  }

  @Test
  void semanticMapEqualsTheReference() {
    JsonNode ego = fixture.config().get("ego_pose");
    SemanticMap map =
        new SemanticMap(
            CONFIG, new Pose2(ego.get(0).asDouble(), ego.get(1).asDouble(), ego.get(2).asDouble()));
    polygon(map, "LANE/polygon0", SemanticMap.Layer.ROAD);
    polygon(map, "LANE/polygon1", SemanticMap.Layer.ROAD);
    polygon(map, "INTERSECTION/polygon0", SemanticMap.Layer.ROAD);
    polygon(map, "WALKWAYS/polygon0", SemanticMap.Layer.WALKWAY);
    polygon(map, "WALKWAYS/polygon1", SemanticMap.Layer.WALKWAY);
    line(map, "LANE/line0");
    line(map, "LANE/line0");
    line(map, "LANE_CONNECTOR/line0");
    map.boxes(boxes());
    assertEqual("out/bev_semantic_map", map.cells());
  }

  private void polygon(SemanticMap map, String name, SemanticMap.Layer layer) {
    double[] flat = tensors.doubles("in/map/" + name + "_global");
    map.polygon(column(flat, 0), column(flat, 1), layer);
  }

  private void line(SemanticMap map, String name) {
    double[] flat = tensors.doubles("in/map/" + name + "_global");
    map.centreLine(column(flat, 0), column(flat, 1));
  }

  private static double[] column(double[] flat, int column) {
    double[] values = new double[flat.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = flat[2 * i + column];
    }
    return values;
  }

  private List<AnnotatedBox> boxes() {
    double[] values = tensors.doubles("in/boxes");
    JsonNode names = fixture.config().get("names");
    List<AnnotatedBox> boxes = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int at = 7 * i;
      String name = names.get(i).asText();
      ObjectType type =
          Arrays.stream(ObjectType.values())
              .filter(t -> t.logName().equals(name))
              .findFirst()
              .orElseThrow();
      boxes.add(
          new AnnotatedBox(
              type,
              new Vector3(values[at], values[at + 1], values[at + 2]),
              values[at + 3],
              values[at + 4],
              values[at + 5],
              values[at + 6],
              new Vector3(0, 0, 0),
              "instance" + i,
              "track" + i));
    }
    return boxes;
  }

  private void assertEqual(String name, byte[] found) {
    long[] expected = tensors.longs(name);
    assertThat(found).as(name).hasSize(expected.length);
    List<Integer> wrong = new ArrayList<>();
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] != (found[i] & 0xFF)) {
        wrong.add(i);
      }
    }
    assertThat(wrong).as(name).isEmpty();
  }

  @Test
  void quarterSizePicturesGiveTheQuarterSizeInput() {
    RgbPicture picture = new RgbPicture(270, 480, new byte[270 * 480 * 3]);
    byte[] stitched =
        CameraStitch.stitch(picture, picture, picture, new TransfuserConfig.Image(64, 256));
    assertThat(stitched).hasSize(3 * 64 * 256);
  }

  @Test
  void picturesOfDifferentSizeAreRefused() {
    RgbPicture small = new RgbPicture(270, 480, new byte[270 * 480 * 3]);
    RgbPicture large = new RgbPicture(540, 960, new byte[540 * 960 * 3]);
    assertThatThrownBy(() -> CameraStitch.stitch(small, large, small, CONFIG.image()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("960x540");
  }
}
