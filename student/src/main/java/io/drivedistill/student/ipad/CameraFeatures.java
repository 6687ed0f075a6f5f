package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Conv2d;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import java.util.List;

/**
 * Features of all cameras (SPEC-ipad section 2): residual network, 1×1 and 3×3 convolution, and an
 * embedding of the camera.
 */
final class CameraFeatures extends Module {
  private static final float[] MEAN = {123.675f, 116.28f, 103.53f};
  private static final float[] DEVIATION = {58.395f, 57.12f, 57.375f};

  /** The released class makes two level embeddings and uses the first. */
  private static final int LEVELS = 2;

  private final IpadConfig config;
  private final ResNet encoder;
  private final Conv2d lateral;
  private final Conv2d smooth;
  private final Parameter levelEmbeddings;
  private final Parameter cameraEmbeddings;

  CameraFeatures(IpadConfig config) {
    this.config = config;
    int channels = config.refiner().channels();
    Initialization normal = new Initialization.Normal(1);
    levelEmbeddings = parameter("level_embeds", normal, LEVELS, channels);
    cameraEmbeddings = parameter("cams_embeds", normal, config.image().cameras().size(), channels);
    encoder = child("img_backbone", new ResNet(3, config.widths(), config.blocks()));
    List<Integer> widths = config.widths();
    lateral =
        child(
            "img_neck.lateral_convs.0.conv",
            new Conv2d(widths.get(widths.size() - 1), channels, 1, 1, 0, true));
    smooth = child("img_neck.fpn_convs.0.conv", new Conv2d(channels, channels, 3, 1, 1, true));
  }

  ResNet encoder() {
    return encoder;
  }

  /**
   * @param pictures [B, cameras, 3, H, W], bytes, or floats that are normalised and padded
   * @return [B, cameras·cells, C]
   */
  NDArray forward(Pass pass, NDArray pictures) {
    NDArray prepared =
        pictures.getDataType() == DataType.UINT8 ? padded(normalised(pictures)) : pictures;
    Shape shape = prepared.getShape();
    NDArray maps =
        smooth.forward(
            pass,
            lateral.forward(
                pass, encoder.forward(pass, prepared.reshape(-1, 3, shape.get(3), shape.get(4)))));
    int cameras = config.image().cameras().size();
    int cells = config.imageCells();
    int channels = config.refiner().channels();
    NDArray tokens = maps.reshape(-1, cameras, channels, cells).transpose(0, 1, 3, 2);
    NDArray embeddings = pass.value(cameraEmbeddings).reshape(1, cameras, 1, channels);
    NDArray level = pass.value(levelEmbeddings).get("0:1").reshape(1, 1, 1, channels);
    return tokens.add(embeddings).add(level).reshape(-1, (long) cameras * cells, channels);
  }

  private NDArray normalised(NDArray pictures) {
    float[] mean = new float[3];
    float[] shrink = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      // The released code reads red, green, blue as blue, green, red and swaps them.
      int constant = config.asReleased() ? 2 - channel : channel;
      mean[channel] = MEAN[constant];
      shrink[channel] = 1 / DEVIATION[constant];
    }
    NDArray floats = pictures.toType(DataType.FLOAT32, false);
    NDArray centred = floats.sub(Constants.of(pictures.getManager(), mean, 1, 1, 3, 1, 1));
    NDArray scaled = centred.mul(Constants.of(pictures.getManager(), shrink, 1, 1, 3, 1, 1));
    return config.asReleased() ? swapped(scaled) : scaled;
  }

  private static NDArray swapped(NDArray pictures) {
    NDList channels = pictures.split(3, 2);
    return channels.get(2).concat(channels.get(1), 2).concat(channels.get(0), 2);
  }

  /** Zeros below, after normalising. */
  private NDArray padded(NDArray pictures) {
    int missing = config.image().paddedHeight() - config.image().height();
    if (missing == 0) {
      return pictures;
    }
    NDArray row = pictures.get(":, :, :, 0:1, :");
    NDArray zeros =
        row.sub(row)
            .add(pictures.getManager().zeros(new Shape(1, 1, 1, missing, config.image().width())));
    return pictures.concat(zeros, 3);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.singletonOrThrow()));
  }
}
