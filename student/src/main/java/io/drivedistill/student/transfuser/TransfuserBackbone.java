package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Conv2d;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.nn.Resampling;
import java.util.ArrayList;
import java.util.List;

/** Two residual networks that exchange what they see after each stage (SPEC-transfuser 2). */
final class TransfuserBackbone extends Module {
  private final TransfuserConfig config;
  private final ResNet imageEncoder;
  private final ResNet lidarEncoder;
  private final Parameter lidarLatent;
  private final List<FusionTransformer> transformers = new ArrayList<>();
  private final List<Conv2d> lidarToImage = new ArrayList<>();
  private final List<Conv2d> imageToLidar = new ArrayList<>();
  private final Conv2d c5;
  private final Conv2d up5;
  private final Conv2d up4;

  TransfuserBackbone(TransfuserConfig config) {
    this.config = config;
    int lidarChannels = config.lidar().channels();
    imageEncoder = child("image_encoder", new ResNet(3, config.widths(), config.blocks()));
    lidarEncoder =
        child("lidar_encoder", new ResNet(lidarChannels, config.widths(), config.blocks()));
    lidarLatent =
        config.latent()
            ? parameter(
                "lidar_latent",
                new Initialization.Normal(1),
                1,
                lidarChannels,
                config.lidar().rows(),
                config.lidar().columns())
            : null;
    for (int i = 0; i < config.widths().size(); i++) {
      int width = config.widths().get(i);
      transformers.add(child("transformers." + i, new FusionTransformer(width, config.fusion())));
      lidarToImage.add(child("lidar_channel_to_img." + i, new Conv2d(width, width, 1, 1, 0, true)));
      imageToLidar.add(child("img_channel_to_lidar." + i, new Conv2d(width, width, 1, 1, 0, true)));
    }
    int channels = config.bev().channels();
    c5 = child("c5_conv", new Conv2d(config.lastWidth(), channels, 1, 1, 0, true));
    up5 = child("up_conv5", new Conv2d(channels, channels, 3, 1, 1, true));
    up4 = child("up_conv4", new Conv2d(channels, channels, 3, 1, 1, true));
  }

  ResNet imageEncoder() {
    return imageEncoder;
  }

  ResNet lidarEncoder() {
    return lidarEncoder;
  }

  /**
   * @param image [B, 3, H, W] in [0, 1]
   * @param lidar [B, channels, rows, columns], or null where the LiDAR is a learned constant
   */
  Maps encode(Pass pass, NDArray image, NDArray lidar) {
    NDArray grid = lidarLatent == null ? lidar : repeated(pass.value(lidarLatent), image);
    NDArray imageMap = ResNet.pool(imageEncoder.stem(pass, image));
    NDArray lidarMap = ResNet.pool(lidarEncoder.stem(pass, grid));
    for (int i = 0; i < transformers.size(); i++) {
      Maps fused =
          fuse(
              pass,
              i,
              imageEncoder.stage(pass, i, imageMap),
              lidarEncoder.stage(pass, i, lidarMap));
      imageMap = fused.image();
      lidarMap = fused.lidar();
    }
    return new Maps(imageMap, lidarMap);
  }

  /** One value for every sample. */
  static NDArray repeated(NDArray value, NDArray batch) {
    Shape shape = value.getShape();
    long[] sizes = shape.getShape().clone();
    sizes[0] = batch.getShape().get(0);
    return sizes[0] == 1 ? value : value.broadcast(new Shape(sizes));
  }

  private Maps fuse(Pass pass, int stage, NDArray image, NDArray lidar) {
    TransfuserConfig.Fusion sizes = config.fusion();
    NDArray imageCells = Resampling.adaptiveAverage(image, sizes.imageRows(), sizes.imageColumns());
    NDArray lidarCells = Resampling.adaptiveAverage(lidar, sizes.lidarRows(), sizes.lidarColumns());
    NDList fused =
        transformers
            .get(stage)
            .fuse(pass, imageCells, lidarToImage.get(stage).forward(pass, lidarCells));
    NDArray forLidar = imageToLidar.get(stage).forward(pass, fused.get(1));
    return new Maps(image.add(resized(fused.get(0), image)), lidar.add(resized(forLidar, lidar)));
  }

  private static NDArray resized(NDArray cells, NDArray like) {
    Shape shape = like.getShape();
    return Resampling.bilinear(cells, (int) shape.get(2), (int) shape.get(3));
  }

  /** Fused LiDAR map of the last stage to the top-down map [B, channels, rows, columns]. */
  NDArray topDown(Pass pass, NDArray lidarMap) {
    TransfuserConfig.Bev bev = config.bev();
    NDArray p5 = Activation.relu(c5.forward(pass, lidarMap));
    Shape shape = p5.getShape();
    NDArray wide =
        Resampling.bilinear(
            p5, (int) shape.get(2) * bev.upsample(), (int) shape.get(3) * bev.upsample());
    NDArray p4 = Activation.relu(up5.forward(pass, wide));
    NDArray full =
        Resampling.bilinear(
            p4,
            config.lidar().rows() / bev.downsample(),
            config.lidar().columns() / bev.downsample());
    return Activation.relu(up4.forward(pass, full));
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    Maps maps = encode(pass, inputs.get(0), inputs.size() > 1 ? inputs.get(1) : null);
    return new NDList(maps.image(), maps.lidar());
  }

  /** Fused maps of the last stage, [B, C, h, w] each. */
  record Maps(NDArray image, NDArray lidar) {}
}
