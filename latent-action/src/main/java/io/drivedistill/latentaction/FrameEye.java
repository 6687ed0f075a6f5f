package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.ContentKey;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.ImageNetColors;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.dinov2.Dinov2;
import io.drivedistill.nn.dinov2.Dinov2Weights;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * The frozen network whose patch tokens are what the latent action model sees and predicts: a
 * trained DINOv2 where its weights are on disk, else a network of the same kind with seeded random
 * weights (see {@link EyeConfig}). Owns its weights. Several threads may look at once.
 */
public final class FrameEye implements AutoCloseable {
  private final EyeConfig config;
  private final NDManager manager;
  private final Dinov2 network;

  private final ContentKey key;

  private FrameEye(EyeConfig config, NDManager manager, Dinov2 network) {
    this.config = config;
    key = config.key();
    this.manager = manager;
    this.network = network;
  }

  /** Makes the network and fills it. */
  public static FrameEye open(EyeConfig config) {
    NDManager manager = TensorLibrary.newManager();
    Dinov2 network = new Dinov2(config.network());
    if (config.weights().isPresent()) {
      Dinov2Weights.load(config.weights().get(), network, manager);
    } else {
      RandomEye.fill(network, manager, config.randomSeed());
    }
    return new FrameEye(config, manager, network);
  }

  /** Settings of this eye. */
  public EyeConfig config() {
    return config;
  }

  /** Names what this eye computes: settings and the bytes of the weights. */
  public ContentKey key() {
    return key;
  }

  /** A picture of any size as the eye takes it: RGB in [0, 1], [height, width, 3]. */
  public float[] scaled(BufferedImage picture) {
    return PictureScaling.rgb(picture, config.widthPixels(), config.heightPixels());
  }

  /**
   * Normalised patch tokens of some pictures.
   *
   * @param pictures made by {@link #scaled}
   * @param mirrored whether to look at them with left and right exchanged
   * @return [pictures, patches, width], row-major
   */
  public float[] look(List<float[]> pictures, boolean mirrored) {
    int height = config.heightPixels();
    int width = config.widthPixels();
    int plane = height * width;
    float[] pixels = new float[pictures.size() * 3 * plane];
    for (int i = 0; i < pictures.size(); i++) {
      float[] rgb = pictures.get(i);
      for (int channel = 0; channel < 3; channel++) {
        int begin = (3 * i + channel) * plane;
        for (int at = 0; at < plane; at++) {
          int column = at % width;
          int target = mirrored ? at - column + width - 1 - column : at;
          pixels[begin + target] = ImageNetColors.normalized(channel, rgb[3 * at + channel]);
        }
      }
    }
    return Inference.run(
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            NDArray images = Constants.of(scope, pixels, pictures.size(), 3, height, width);
            Pass pass = new Pass(new ParameterStore(scope, false), images.getDevice(), false);
            return network.features(pass, images).patches().toFloatArray();
          }
        });
  }

  @Override
  public void close() {
    manager.close();
  }
}
