package com.example;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.nn.*;
import io.drivedistill.student.*;
import io.drivedistill.student.transfuser.TransfuserSamples;
import java.util.List;
import java.util.Map;

/** Plans from one front picture: a small residual network, its cells averaged, one matrix. */
public final class FrontGlance extends Student {
  private static final int STATUS = 8;

  /** Sizes, bound from the experiment's student.backbone.front-glance. */
  public record Config(int height, int width, int channels, int poses) {}

  private final Config config;
  private final ResNet encoder;
  private final Linear out;

  FrontGlance(Config config) {
    this.config = config;
    int c = config.channels();
    encoder = child("encoder", new ResNet(3, List.of(c, c, c, c), List.of(1, 1, 1, 1)));
    out = child("out", new Linear(c + STATUS, 3 * config.poses()));
  }

  @Override
  public List<TensorSpec> inputs() {
    long[] picture = {TensorSpec.BATCH, 3, config.height(), config.width()};
    long[] status = {TensorSpec.BATCH, STATUS};
    return List.of(
        TensorSpec.of("camera", Dtype.U8, picture, "1", "image", "Front camera, RGB."),
        TensorSpec.of("status", Dtype.F32, status, "1", "ego", "Command, velocity, acceleration."));
  }

  @Override
  public TensorSpec trajectory() {
    return HumanTrajectory.spec(config.poses(), 0.5);
  }

  @Override
  public TokenSizes tokenSizes() {
    int cells = ((config.height() + 31) / 32) * ((config.width() + 31) / 32);
    return new TokenSizes(cells, config.channels(), cells, config.channels(), STATUS);
  }

  @Override
  public Encoding encode(Pass pass, NDList inputs) {
    NDArray pixels = Scalars.scale(inputs.get(0).toType(DataType.FLOAT32, false), 1.0 / 255);
    NDArray map = encoder.forward(pass, pixels);
    NDArray tokens = map.reshape(-1, config.channels(), tokenSizes().bevTokens()).swapAxes(1, 2);
    return new Encoding(tokens, tokens, inputs.get(1), new NDList());
  }

  @Override
  public NDArray plan(Pass pass, Encoding encoding) {
    NDArray seen = encoding.bevTokens().mean(new int[] {1}).concat(encoding.status(), 1);
    return out.forward(pass, seen).reshape(-1, config.poses(), 3);
  }

  /** Lets experiments name it. */
  public static final class Kind implements StudentKind<Config> {
    public String name() {
      return "front-glance";
    }

    public String description() {
      return "One front camera, one matrix.";
    }

    public Map<String, Config> presets() {
      return Map.of("small", new Config(64, 96, 16, 8));
    }

    public Student create(Config config) {
      return new FrontGlance(config);
    }

    public SceneSamples samples(Config c) {
      return SceneSamples.of(
          (data, scene) ->
              Map.of(
                  "camera",
                  CameraPicture.of(data, scene.current(), CameraName.CAM_F0, c.height(), c.width()),
                  "status",
                  TransfuserSamples.status(scene.current())),
          (data, scene) -> HumanTrajectory.targets(scene, c.poses()));
    }
  }
}
