package io.drivedistill.student.ipad;

import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.student.CameraPicture;
import io.drivedistill.student.HumanTrajectory;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.SceneSamples;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prepares scenes for {@link Ipad}: pictures of all its cameras in the network's size, the
 * projection into each, the ego status; the human trajectory as target. The released code resizes
 * after normalising; resizing bytes first differs by at most half a grey level.
 */
public final class IpadSamples implements SceneSamples {
  private static final int CHANNELS = 3;
  private static final int VELOCITY = 3;
  private static final int ACCELERATION = 5;
  private static final int COMMAND = 7;

  private final IpadConfig config;

  public IpadSamples(IpadConfig config) {
    this.config = config;
  }

  @Override
  public Optional<Map<String, SampleTensor>> targets(NavsimDataset dataset, Scene scene) {
    return HumanTrajectory.targets(scene, config.poses());
  }

  @Override
  public Map<String, SampleTensor> inputs(NavsimDataset dataset, Scene scene) {
    Frame frame = scene.current();
    List<CameraName> cameras = config.image().cameras();
    int height = config.image().height();
    int width = config.image().width();
    int pixels = CHANNELS * height * width;
    byte[] pictures = new byte[cameras.size() * pixels];
    float[] projections = new float[cameras.size() * 16];
    for (int i = 0; i < cameras.size(); i++) {
      CameraPicture picture = CameraPicture.read(dataset, frame, cameras.get(i), height, width);
      System.arraycopy(picture.planes(), 0, pictures, i * pixels, pixels);
      float[] projection = projection(picture.view(), picture.scaleX(), picture.scaleY());
      System.arraycopy(projection, 0, projections, i * 16, 16);
    }
    Map<String, SampleTensor> inputs = new LinkedHashMap<>();
    inputs.put("cameras", SampleTensor.ofBytes(pictures, cameras.size(), CHANNELS, height, width));
    inputs.put("ground_to_image", SampleTensor.ofFloats(projections, cameras.size(), 4, 4));
    inputs.put("status", status(frame));
    return inputs;
  }

  /** Intrinsics times inverse pose of the camera, scaled to the picture's size; row-major. */
  static float[] projection(CameraView view, double scaleX, double scaleY) {
    double[] position = {
      view.translationCameraInLidarM().x(),
      view.translationCameraInLidarM().y(),
      view.translationCameraInLidarM().z()
    };
    float[] projection = new float[16];
    for (int row = 0; row < 3; row++) {
      double scale = row == 0 ? scaleX : row == 1 ? scaleY : 1;
      double last = 0;
      for (int column = 0; column < 3; column++) {
        double sum = 0;
        for (int k = 0; k < 3; k++) {
          // The inverse of a rotation is its transpose.
          sum += view.intrinsics().get(row, k) * view.rotationCameraToLidar().get(column, k);
        }
        projection[row * 4 + column] = (float) (scale * sum);
        last -= scale * sum * position[column];
      }
      projection[row * 4 + 3] = (float) last;
    }
    projection[15] = 1;
    return projection;
  }

  /** Pose zero, velocity, acceleration, command one-hot: float32 [11]. */
  static SampleTensor status(Frame frame) {
    EgoStatus ego = frame.ego();
    float[] values = new float[IpadConfig.STATUS_CHANNELS];
    values[VELOCITY] = (float) ego.velocityXMps();
    values[VELOCITY + 1] = (float) ego.velocityYMps();
    values[ACCELERATION] = (float) ego.accelerationXMps2();
    values[ACCELERATION + 1] = (float) ego.accelerationYMps2();
    int command =
        switch (frame.drivingCommand()) {
          case LEFT -> 0;
          case STRAIGHT -> 1;
          case RIGHT -> 2;
          case UNKNOWN -> 3;
        };
    values[COMMAND + command] = 1;
    return SampleTensor.ofFloats(values, values.length);
  }
}
