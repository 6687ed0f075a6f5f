package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual network of basic blocks (He et al. 2016) without its classifier. Parameter names are
 * those of torchvision and timm: {@code conv1, bn1, layerL.B.conv1, …, layerL.B.downsample.0}; with
 * widths 64-128-256-512 and blocks 3-4-6-3 it takes a published ResNet-34.
 *
 * <p>The stages can be run one by one, because TransFuser mixes two networks between them.
 */
public final class ResNet extends Layer {
  private static final Shape POOL_WINDOW = new Shape(3, 3);
  private static final Shape POOL_STRIDE = new Shape(2, 2);
  private static final Shape POOL_PADDING = new Shape(1, 1);

  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final List<List<BasicBlock>> stages = new ArrayList<>();

  /**
   * @param inChannels channels of the input
   * @param widths channels of each stage; the stem has those of the first
   * @param blocks basic blocks of each stage
   */
  public ResNet(int inChannels, List<Integer> widths, List<Integer> blocks) {
    if (widths.size() != blocks.size()) {
      throw new IllegalArgumentException(
          "Widths " + widths + " and blocks " + blocks + " name different numbers of stages");
    }
    conv1 = child("conv1", new Conv2d(inChannels, widths.get(0), 7, 2, 3, false));
    bn1 = child("bn1", new BatchNorm2d(widths.get(0)));
    int in = widths.get(0);
    for (int stage = 0; stage < widths.size(); stage++) {
      List<BasicBlock> members = new ArrayList<>();
      for (int block = 0; block < blocks.get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        String name = "layer" + (stage + 1) + "." + block;
        members.add(child(name, new BasicBlock(in, widths.get(stage), stride)));
        in = widths.get(stage);
      }
      stages.add(members);
    }
  }

  /** Number of stages after the stem. */
  public int stageCount() {
    return stages.size();
  }

  /** Convolution, normalisation, ReLU: [B, in, H, W] to [B, width, ⌈H/2⌉, ⌈W/2⌉]. */
  public NDArray stem(Pass pass, NDArray x) {
    return Activation.relu(bn1.forward(pass, conv1.forward(pass, x)));
  }

  /** The 3×3 max pooling between stem and first stage, halving the map. */
  public static NDArray pool(NDArray stem) {
    return Pool.maxPool2d(stem, POOL_WINDOW, POOL_STRIDE, POOL_PADDING, false);
  }

  /** One stage, counted from 0; the first expects the pooled stem. */
  public NDArray stage(Pass pass, int index, NDArray x) {
    NDArray result = x;
    for (BasicBlock block : stages.get(index)) {
      result = block.forward(pass, result);
    }
    return result;
  }

  /** The map of the last stage: [B, in, H, W] to [B, widths.last, ⌈H/32⌉, ⌈W/32⌉]. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    NDArray result = pool(stem(pass, x));
    for (int index = 0; index < stages.size(); index++) {
      result = stage(pass, index, result);
    }
    return result;
  }

  /** Two 3×3 convolutions and a shortcut, ReLU after the addition. */
  private static final class BasicBlock extends Layer {
    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;
    private final Conv2d shortcut;
    private final BatchNorm2d shortcutNorm;

    BasicBlock(int in, int out, int stride) {
      conv1 = child("conv1", new Conv2d(in, out, 3, stride, 1, false));
      bn1 = child("bn1", new BatchNorm2d(out));
      conv2 = child("conv2", new Conv2d(out, out, 3, 1, 1, false));
      bn2 = child("bn2", new BatchNorm2d(out));
      boolean projects = stride != 1 || in != out;
      shortcut = projects ? child("downsample.0", new Conv2d(in, out, 1, stride, 0, false)) : null;
      shortcutNorm = projects ? child("downsample.1", new BatchNorm2d(out)) : null;
    }

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      NDArray inner = Activation.relu(bn1.forward(pass, conv1.forward(pass, x)));
      NDArray change = bn2.forward(pass, conv2.forward(pass, inner));
      NDArray base = shortcut == null ? x : shortcutNorm.forward(pass, shortcut.forward(pass, x));
      return Activation.relu(change.add(base));
    }
  }
}
