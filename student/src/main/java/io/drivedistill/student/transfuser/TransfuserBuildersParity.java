package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.student.SampleTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What TransFuser is shown and trained on: LiDAR histogram, camera stitch, agents, semantic map.
 */
public final class TransfuserBuildersParity implements ParityFamily {
  private static final Pattern SIZE = Pattern.compile("(\\d+)x(\\d+)x3");
  private static final Pattern CAMERA = Pattern.compile("(l0|f0|r0)=\\((\\d+),(\\d+),(\\d+)\\)");
  private static final String FORMULA = "(a*x + b*y + d*c + 31*((x*y)>>5)) mod 256";
  private static final Pattern SHAPE =
      Pattern.compile("in/map/([A-Z_]+)/(polygon|line)\\d+_(global|ego)");
  private static final String ROWS = "out/camera_u8_rows_";
  private static final String STRIDE = "out/camera_u8_stride";

  @Override
  public String name() {
    return "TransFuser features and targets";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("transfuser feature/target builders");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    fixture
        .options()
        .documentation(
            "camera_mismatches_vs_mean_of_centre_2x2_round_half_up",
            "lidar_edge_points",
            "lane_line_pairing");
    TransfuserConfig config = TransfuserConfig.published();
    lidar(fixture, config);
    cameras(fixture, config);
    List<AnnotatedBox> boxes = boxes(fixture);
    Map<String, SampleTensor> agents = TransfuserTargets.agents(config, boxes);
    fixture.check("out/agent_states", agents.get(Transfuser.AGENT_STATES).toFloats());
    fixture.check("out/agent_labels", agents.get(Transfuser.AGENT_LABELS).toFloats());
    semanticMap(fixture, config, boxes);
  }

  private static void lidar(ParityFixture fixture, TransfuserConfig config) {
    float[] cloud = fixture.floats("in/lidar_pc_6xN");
    int points = cloud.length / 6;
    float[] x = Arrays.copyOfRange(cloud, 0, points);
    float[] y = Arrays.copyOfRange(cloud, points, 2 * points);
    float[] z = Arrays.copyOfRange(cloud, 2 * points, 3 * points);
    TransfuserConfig.Lidar grid = config.lidar();
    fixture.check("out/lidar_hist_counts", unsigned(LidarHistogram.of(x, y, z, grid)));
    TransfuserConfig.Lidar both =
        new TransfuserConfig.Lidar(grid.rows(), grid.columns(), grid.rangeM(), true);
    fixture.check("out/lidar_hist_ground_plane_counts", unsigned(LidarHistogram.of(x, y, z, both)));
  }

  private static void cameras(ParityFixture fixture, TransfuserConfig config) {
    String text = fixture.options().text("camera_pattern");
    Matcher size = SIZE.matcher(text);
    if (!text.contains(FORMULA) || !size.find()) {
      throw new DriveDistillException(
          fixture.folder().toAbsolutePath() + ": the camera_pattern is not understood: " + text,
          "Maybe the fixture is newer than this program.");
    }
    int height = Integer.parseInt(size.group(1));
    int width = Integer.parseInt(size.group(2));
    byte[] stitched =
        CameraStitch.stitch(
            picture(text, "l0", height, width),
            picture(text, "f0", height, width),
            picture(text, "r0", height, width),
            config.image());
    for (String tensor : fixture.names()) {
      if (tensor.startsWith(ROWS)) {
        int[] rows =
            Arrays.stream(tensor.substring(ROWS.length()).split("_"))
                .mapToInt(Integer::parseInt)
                .toArray();
        fixture.check(tensor, part(stitched, config.image(), rows, 1));
      } else if (tensor.startsWith(STRIDE)) {
        int stride = Integer.parseInt(tensor.substring(STRIDE.length()));
        int[] rows = new int[config.image().height() / stride];
        Arrays.setAll(rows, i -> i * stride);
        fixture.check(tensor, part(stitched, config.image(), rows, stride));
      }
    }
  }

  /** Some rows of planes [3, height, width], of each every n-th column. */
  private static long[] part(
      byte[] planes, TransfuserConfig.Image size, int[] rows, int columnStride) {
    int columns = size.width() / columnStride;
    long[] values = new long[3 * rows.length * columns];
    int at = 0;
    for (int channel = 0; channel < 3; channel++) {
      for (int row : rows) {
        for (int column = 0; column < columns; column++) {
          int source = (channel * size.height() + row) * size.width() + column * columnStride;
          values[at++] = planes[source] & 0xFF;
        }
      }
    }
    return values;
  }

  private static RgbPicture picture(String text, String camera, int height, int width) {
    Matcher matcher = CAMERA.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(camera)) {
        int a = Integer.parseInt(matcher.group(2));
        int b = Integer.parseInt(matcher.group(3));
        int d = Integer.parseInt(matcher.group(4));
        byte[] rgb = new byte[height * width * 3];
        int at = 0;
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            for (int c = 0; c < 3; c++) {
              rgb[at++] = (byte) (a * x + b * y + d * c + 31 * ((x * y) >> 5));
            }
          }
        }
        return new RgbPicture(height, width, rgb);
      }
    }
    throw new DriveDistillException(
        "The camera_pattern names no camera " + camera + ": " + text,
        "Maybe the fixture is newer than this program.");
  }

  private static void semanticMap(
      ParityFixture fixture, TransfuserConfig config, List<AnnotatedBox> boxes) {
    List<Double> pose = fixture.options().numbers("ego_pose");
    Pose2 ego = new Pose2(pose.get(0), pose.get(1), pose.get(2));
    SemanticMap map = new SemanticMap(config, ego);
    draw(fixture, map, List.of("LANE", "INTERSECTION"), SemanticMap.Layer.ROAD);
    draw(fixture, map, List.of("WALKWAYS"), SemanticMap.Layer.WALKWAY);
    draw(fixture, map, List.of("LANE", "LANE_CONNECTOR"), SemanticMap.Layer.CENTRE_LINE);
    map.boxes(boxes);
    fixture.check("out/bev_semantic_map", unsigned(map.cells()));
    SemanticMap vehicles = new SemanticMap(config, ego);
    vehicles.boxes(boxes.stream().filter(box -> box.type() == ObjectType.VEHICLE).toList());
    long[] cells = unsigned(vehicles.cells());
    fixture.check(
        "out/bev_vehicle_mask", Arrays.stream(cells).map(cell -> cell == 0 ? 0 : 1).toArray());
  }

  private static void draw(
      ParityFixture fixture, SemanticMap map, List<String> layers, SemanticMap.Layer layer) {
    boolean lines = layer == SemanticMap.Layer.CENTRE_LINE;
    for (String tensor : fixture.names()) {
      Matcher shape = SHAPE.matcher(tensor);
      if (!shape.matches() || lines != shape.group(2).equals("line")) {
        continue;
      }
      if (shape.group(3).equals("ego")) {
        fixture.omit(tensor, "map coordinates are read instead");
      } else if (layers.contains(shape.group(1))) {
        double[] flat = fixture.doubles(tensor);
        if (lines) {
          map.centreLine(column(flat, 0), column(flat, 1));
        } else {
          map.polygon(column(flat, 0), column(flat, 1), layer);
        }
      }
    }
  }

  private static double[] column(double[] flat, int column) {
    double[] values = new double[flat.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = flat[2 * i + column];
    }
    return values;
  }

  private static List<AnnotatedBox> boxes(ParityFixture fixture) {
    double[] values = fixture.doubles("in/boxes");
    FixtureOptions options = fixture.options();
    List<String> names = options.texts("names");
    if (values.length != 7 * names.size()) {
      throw new DriveDistillException(
          fixture.folder().toAbsolutePath()
              + " has "
              + values.length / 7
              + " boxes and "
              + names.size()
              + " names",
          "Maybe the fixture is damaged.");
    }
    List<AnnotatedBox> boxes = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int at = 7 * i;
      String name = names.get(i);
      ObjectType type =
          Arrays.stream(ObjectType.values())
              .filter(t -> t.logName().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new DriveDistillException(
                          fixture.folder().toAbsolutePath() + " has a box of type '" + name + "'",
                          "Maybe the fixture is newer than this program."));
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

  private static long[] unsigned(byte[] bytes) {
    long[] values = new long[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    return values;
  }
}
