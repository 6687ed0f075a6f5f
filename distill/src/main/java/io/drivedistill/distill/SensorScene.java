package io.drivedistill.distill;

import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.DrivingCommand;
import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.Matrix;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.sensor.PointCloudWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * One scene with sensor data of real size, made for measuring: every camera shows the same JPEG of
 * 1920 x 1080 pixels, the LiDAR gave 100,000 points, about as many as nuPlan's merged sweeps have.
 *
 * @param dataset where the files lie
 * @param scene four equal frames of history and no future
 */
record SensorScene(NavsimDataset dataset, Scene scene) {
  private static final int WIDTH_PX = 1920;
  private static final int HEIGHT_PX = 1080;
  private static final double FOCAL_LENGTH_PX = 1545;
  private static final int POINTS = 100_000;
  private static final int HISTORY_FRAMES = 4;
  private static final String SPLIT = "bench";
  private static final String PICTURE = "camera.jpg";
  private static final String CLOUD = "lidar.pcd";

  /** Camera axes (x right, y down, z forward) to LiDAR axes (x forward, y left, z up). */
  private static final Matrix FORWARD = Matrix.of(3, 3, 0, 0, 1, -1, 0, 0, 0, -1, 0);

  /** Writes the files into a folder. */
  static SensorScene in(Path folder) throws IOException {
    DatasetLayout layout = new DatasetLayout(folder);
    Path sensors = Files.createDirectories(layout.sensorFolder(SPLIT));
    Files.createDirectories(layout.logFolder(SPLIT));
    Files.createFile(layout.logFile(SPLIT, SPLIT));
    SplittableRandom random = new SplittableRandom(1);
    ImageIO.write(picture(random), "jpg", sensors.resolve(PICTURE).toFile());
    Files.write(sensors.resolve(CLOUD), PointCloudWriter.encode(points(random), POINTS));
    List<Frame> frames = Collections.nCopies(HISTORY_FRAMES, frame());
    return new SensorScene(
        NavsimDataset.open(folder, SPLIT), new Scene(SPLIT, SPLIT, 0, frames, HISTORY_FRAMES));
  }

  /** Smooth structure with some noise, which JPEG compresses about as well as a street. */
  private static BufferedImage picture(SplittableRandom random) {
    BufferedImage image = new BufferedImage(WIDTH_PX, HEIGHT_PX, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT_PX; y++) {
      for (int x = 0; x < WIDTH_PX; x++) {
        int wave = (int) (100 + 60 * Math.sin(x / 37.0) * Math.cos(y / 23.0));
        int grey = wave + random.nextInt(24);
        image.setRGB(x, y, grey << 16 | (grey * 3 / 4) << 8 | (255 - grey));
      }
    }
    return image;
  }

  private static float[] points(SplittableRandom random) {
    float[] points = new float[POINTS * PointCloudWriter.FIELDS];
    for (int i = 0; i < points.length; i += PointCloudWriter.FIELDS) {
      points[i] = (float) random.nextDouble(-40, 40);
      points[i + 1] = (float) random.nextDouble(-40, 40);
      points[i + 2] = (float) random.nextDouble(-1, 4);
    }
    return points;
  }

  private static Frame frame() {
    Vector3 zero = new Vector3(0, 0, 0);
    Quaternion straight = Quaternion.ofYaw(0);
    EgoStatus ego = new EgoStatus(zero, straight, zero, zero, zero, 8, 0, 0.2, 0);
    Matrix intrinsics =
        Matrix.of(
            3, 3, FOCAL_LENGTH_PX, 0, WIDTH_PX / 2.0, 0, FOCAL_LENGTH_PX, HEIGHT_PX / 2.0, 0, 0, 1);
    List<CameraView> cameras =
        Arrays.stream(CameraName.values())
            .map(
                name ->
                    new CameraView(
                        name,
                        PICTURE,
                        FORWARD,
                        new Vector3(1.5, 0, 1.5),
                        intrinsics,
                        CameraView.Distortion.NONE))
            .toList();
    return new Frame(
        SPLIT,
        0,
        0,
        SPLIT,
        SPLIT,
        SPLIT,
        SPLIT,
        "us-ma-boston",
        List.of(),
        "bench",
        ego,
        CLOUD,
        zero,
        straight,
        List.of(),
        DrivingCommand.STRAIGHT,
        cameras,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
