package io.drivedistill.distill;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.navsim.sensor.CameraImageReader;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.transfuser.RgbPicture;
import io.drivedistill.student.transfuser.TransfuserConfig;
import io.drivedistill.student.transfuser.TransfuserSamples;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Times what a car does from camera bytes to trajectory: three JPEGs of a nuPlan camera's size are
 * decoded and stitched, a point cloud is counted into cells, the network runs. The pictures and
 * points are random but of real size, so that any exported student can be timed without data.
 */
public final class EndToEndLatency {
  private static final int WIDTH_PX = 1920;
  private static final int HEIGHT_PX = 1080;

  /** Points of nuPlan's merged sweeps, about. */
  private static final int POINTS = 100_000;

  private static final int CHANNEL_AXIS = 1;
  private static final int ROW_AXIS = 2;
  private static final int COLUMN_AXIS = 3;

  private final OnnxSession session;
  private final TransfuserSamples samples;
  private final Map<String, HostTensor> inputs;
  private final Path picture;
  private final float[][] pointsM = new float[3][POINTS];

  private EndToEndLatency(OnnxSession session, Path picture) throws IOException {
    this.session = session;
    this.picture = picture;
    SplittableRandom random = new SplittableRandom(1);
    inputs = new LinkedHashMap<>(session.exampleInputs(random));
    samples = new TransfuserSamples(config(inputs));
    for (int i = 0; i < POINTS; i++) {
      pointsM[0][i] = (float) random.nextDouble(-40, 40);
      pointsM[1][i] = (float) random.nextDouble(-40, 40);
      pointsM[2][i] = (float) random.nextDouble(-1, 4);
    }
    writePicture(picture, random);
  }

  /** The sizes that the model's inputs show; the others do not matter here. */
  private static TransfuserConfig config(Map<String, HostTensor> inputs) {
    TransfuserConfig published = TransfuserConfig.published();
    List<Long> camera = inputs.get("camera").shape();
    TransfuserConfig.Lidar grid = published.lidar();
    if (inputs.containsKey("lidar")) {
      List<Long> lidar = inputs.get("lidar").shape();
      grid =
          new TransfuserConfig.Lidar(
              size(lidar, ROW_AXIS),
              size(lidar, COLUMN_AXIS),
              grid.rangeM(),
              size(lidar, CHANNEL_AXIS) == 2);
    }
    return new TransfuserConfig(
        new TransfuserConfig.Image(size(camera, ROW_AXIS), size(camera, COLUMN_AXIS)),
        grid,
        !inputs.containsKey("lidar"),
        published.widths(),
        published.blocks(),
        published.fusion(),
        published.bev(),
        published.decoder(),
        published.agents(),
        published.poses(),
        published.poseIntervalS());
  }

  private static int size(List<Long> shape, int axis) {
    return Math.toIntExact(shape.get(axis));
  }

  /** Smooth structure with some noise, which JPEG compresses about as well as a street. */
  private static void writePicture(Path file, SplittableRandom random) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH_PX, HEIGHT_PX, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT_PX; y++) {
      for (int x = 0; x < WIDTH_PX; x++) {
        int wave = (int) (100 + 60 * Math.sin(x / 37.0) * Math.cos(y / 23.0));
        int grey = wave + random.nextInt(24);
        image.setRGB(x, y, grey << 16 | (grey * 3 / 4) << 8 | (255 - grey));
      }
    }
    ImageIO.write(image, "jpg", file.toFile());
  }

  /**
   * Measures, if the model is a student that takes camera, LiDAR histogram and status.
   *
   * @throws DriveDistillException if the model cannot be loaded or no temporary file written
   */
  public static Optional<LatencyBench.Report> measure(
      Path model, SessionSettings how, LatencyBench.Settings settings) {
    long start = System.nanoTime();
    try (OnnxSession session = OnnxSession.open(model, how)) {
      double loadMs = (System.nanoTime() - start) / 1e6;
      List<String> names = session.inputNames();
      boolean student =
          names.contains("camera")
              && names.contains("status")
              && List.of("camera", "lidar", "status").containsAll(names);
      if (!student) {
        return Optional.empty();
      }
      Path picture = Files.createTempFile("camera", ".jpg");
      try {
        EndToEndLatency car = new EndToEndLatency(session, picture);
        return Optional.of(
            LatencyBench.measure(
                "Camera to trajectory, " + how.provider(),
                how.threads(),
                loadMs,
                settings,
                car::drive));
      } finally {
        Files.delete(picture);
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not write a temporary file: " + e.getMessage(),
          "Maybe the disk is full; -Djava.io.tmpdir names another folder.",
          e);
    }
  }

  private void drive() {
    put("camera", samples.camera(decoded(), decoded(), decoded()));
    if (inputs.containsKey("lidar")) {
      put("lidar", samples.lidar(pointsM[0], pointsM[1], pointsM[2]));
    }
    session.run(inputs);
  }

  private RgbPicture decoded() {
    BufferedImage image = CameraImageReader.read(picture);
    return new RgbPicture(image.getHeight(), image.getWidth(), CameraImageReader.rgb(image));
  }

  private void put(String name, SampleTensor tensor) {
    HostTensor input = inputs.get(name);
    if (input.type() != DataType.UINT8) {
      throw new DriveDistillException(
          "Input " + name + " of the model is " + input.type() + ", expected UINT8",
          "Maybe export the student again with this version.");
    }
    input.data().duplicate().put(tensor.toBytes());
  }
}
