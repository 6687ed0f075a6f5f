package io.drivedistill.student.transfuser;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.sensor.CameraImageReader;
import io.drivedistill.navsim.sensor.PointCloud;
import io.drivedistill.navsim.sensor.PointCloudReader;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.SceneSamples;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Prepares scenes for {@link Transfuser}: reads the sensors of the current frame, makes inputs and
 * targets. Thread-safe, so that scenes can be prepared in the background; the result depends on
 * nothing but the scene and the config.
 */
public final class TransfuserSamples implements SceneSamples {
  private static final int COMMANDS = 4;

  private final TransfuserConfig config;

  public TransfuserSamples(TransfuserConfig config) {
    this.config = config;
  }

  @Override
  public Optional<Map<String, SampleTensor>> targets(NavsimDataset dataset, Scene scene) {
    return TransfuserTargets.of(config, scene, dataset.map(scene.mapLocation()));
  }

  @Override
  public Map<String, SampleTensor> inputs(NavsimDataset dataset, Scene scene) {
    Frame frame = scene.current();
    Map<String, SampleTensor> inputs = new LinkedHashMap<>();
    inputs.put(
        "camera",
        camera(
            picture(dataset, frame, CameraName.CAM_L0),
            picture(dataset, frame, CameraName.CAM_F0),
            picture(dataset, frame, CameraName.CAM_R0)));
    if (!config.latent()) {
      PointCloud cloud = PointCloudReader.read(dataset.lidarFile(frame));
      inputs.put(
          "lidar",
          lidar(
              cloud.values(PointCloud.Field.X),
              cloud.values(PointCloud.Field.Y),
              cloud.values(PointCloud.Field.Z)));
    }
    inputs.put("status", status(frame));
    return inputs;
  }

  private static RgbPicture picture(NavsimDataset dataset, Frame frame, CameraName name) {
    CameraView view = frame.requireCamera(name);
    BufferedImage image = CameraImageReader.read(dataset.imageFile(view));
    return new RgbPicture(image.getHeight(), image.getWidth(), CameraImageReader.rgb(image));
  }

  /**
   * The stitched front view, uint8 [3, height, width].
   *
   * @throws DriveDistillException if the pictures differ in size
   */
  public SampleTensor camera(RgbPicture left, RgbPicture front, RgbPicture right) {
    return SampleTensor.ofBytes(
        CameraStitch.stitch(left, front, right, config.image()),
        3,
        config.image().height(),
        config.image().width());
  }

  /** Points per cell, uint8 [channels, rows, columns], from coordinates in the ego frame. */
  public SampleTensor lidar(float[] xM, float[] yM, float[] zM) {
    TransfuserConfig.Lidar grid = config.lidar();
    return SampleTensor.ofBytes(
        LidarHistogram.of(xM, yM, zM, grid), grid.channels(), grid.rows(), grid.columns());
  }

  /** Command one-hot, velocity, acceleration: float32 [8]. */
  public static SampleTensor status(Frame frame) {
    EgoStatus ego = frame.ego();
    float[] values = new float[TransfuserConfig.STATUS_CHANNELS];
    int command =
        switch (frame.drivingCommand()) {
          case LEFT -> 0;
          case STRAIGHT -> 1;
          case RIGHT -> 2;
          case UNKNOWN -> 3;
        };
    values[command] = 1;
    values[COMMANDS] = (float) ego.velocityXMps();
    values[COMMANDS + 1] = (float) ego.velocityYMps();
    values[COMMANDS + 2] = (float) ego.accelerationXMps2();
    values[COMMANDS + 3] = (float) ego.accelerationYMps2();
    return SampleTensor.ofFloats(values, values.length);
  }
}
