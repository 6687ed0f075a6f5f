package io.drivedistill.nn.dinov2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Conv2d;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import java.util.ArrayList;
import java.util.List;

/**
 * DINOv2 vision transformer, with or without registers (Oquab et al. 2023, Darcet et al. 2023;
 * SPEC-dinov2). Parameters carry the names of the facebookresearch files.
 */
public final class Dinov2 extends Module {
  private final Dinov2Config config;
  private final Parameter classToken;
  private final Parameter positions;
  private final Parameter registers;
  private final Parameter maskToken;
  private final Conv2d patches;
  private final List<Dinov2Block> blocks = new ArrayList<>();
  private final LayerNorm norm;

  /** Makes a network with undefined weights. */
  public Dinov2(Dinov2Config config) {
    this.config = config;
    int width = config.width();
    Initialization small = new Initialization.Normal(0.02f);
    classToken = parameter("cls_token", new Initialization.Normal(1e-6f), 1, 1, width);
    long grid = config.trainedGrid();
    positions = parameter("pos_embed", small, 1, 1 + grid * grid, width);
    registers =
        config.registers() == 0
            ? null
            : parameter(
                "register_tokens", new Initialization.Normal(1e-6f), 1, config.registers(), width);
    maskToken = parameter("mask_token", Initialization.zeros(), 1, width);
    int pixels = config.patchPixels();
    patches = child("patch_embed.proj", new Conv2d(3, width, pixels, pixels, 0, true));
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("blocks." + i, new Dinov2Block(config)));
    }
    norm = child("norm", new LayerNorm(width, Dinov2Block.EPSILON));
  }

  /** Sizes of this network. */
  public Dinov2Config config() {
    return config;
  }

  /**
   * Normalised tokens of the last block.
   *
   * @param classToken [B, C]
   * @param registers [B, R, C], R may be 0
   * @param patches [B, h·w, C], row by row
   */
  public record Features(NDArray classToken, NDArray registers, NDArray patches) {}

  /**
   * @param images [B, 3, H, W], ImageNet-normalised RGB; H and W multiples of the patch size
   */
  public Features features(Pass pass, NDArray images) {
    return features(pass, images, null);
  }

  /**
   * @param images [B, 3, H, W], ImageNet-normalised RGB
   * @param masked float [B, h·w], 1 where a patch is replaced by the mask token, or null
   */
  public Features features(Pass pass, NDArray images, NDArray masked) {
    NDArray tokens = norm.forward(pass, run(pass, embed(pass, images, masked)));
    int first = 1 + config.registers();
    return new Features(
        tokens.get(":, 0"), tokens.get(":, 1:" + first), tokens.get(":, " + first + ":"));
  }

  /** Inputs: images and, if wanted, the mask. Outputs: class token, registers, patches. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    Features features = features(pass, inputs.get(0), inputs.size() > 1 ? inputs.get(1) : null);
    return new NDList(features.classToken(), features.registers(), features.patches());
  }

  /** Tokens after the first block, [B, 1 + R + h·w, C]. */
  NDArray firstBlock(Pass pass, NDArray images) {
    return blocks.get(0).forward(pass, embed(pass, images, null));
  }

  private NDArray run(Pass pass, NDArray tokens) {
    NDArray x = tokens;
    for (Dinov2Block block : blocks) {
      x = block.forward(pass, x);
    }
    return x;
  }

  /** Class token, registers, patches; positions are added before the registers come in. */
  private NDArray embed(Pass pass, NDArray images, NDArray masked) {
    Shape size = images.getShape();
    int pixels = config.patchPixels();
    if (size.get(2) % pixels != 0 || size.get(3) % pixels != 0) {
      throw new IllegalArgumentException(
          "Image sides must be multiples of " + pixels + ", got " + size);
    }
    int rows = (int) size.get(2) / pixels;
    int columns = (int) size.get(3) / pixels;
    NDArray map = patches.forward(pass, images);
    NDArray tokens = map.reshape(-1, config.width(), (long) rows * columns).transpose(0, 2, 1);
    if (masked != null) {
      NDArray mask = masked.expandDims(2);
      tokens = tokens.mul(Scalars.oneMinus(mask)).add(mask.mul(pass.value(maskToken)));
    }
    tokens = tokens.add(patchPositions(pass, images.getManager(), rows, columns));
    NDArray start = perImage(pass.value(classToken), tokens);
    NDArray startPosition = positions(pass, images.getManager(), ":, 0:1");
    NDList sequence = new NDList(start.add(startPosition));
    if (registers != null) {
      sequence.add(perImage(pass.value(registers), tokens));
    }
    sequence.add(tokens);
    return NDArrays.concat(sequence, 1);
  }

  /** Repeats [1, N, C] for every image without asking for the batch size. */
  private static NDArray perImage(NDArray row, NDArray tokens) {
    NDArray zero = Scalars.scale(tokens.get(":, 0:1, 0:1"), 0);
    return zero.add(row);
  }

  /** A part of the position table; a slice would otherwise live as long as the parameter. */
  private NDArray positions(Pass pass, NDManager manager, String indices) {
    NDArray part = pass.value(positions).get(indices);
    part.attach(manager);
    return part;
  }

  private NDArray patchPositions(Pass pass, NDManager manager, int rows, int columns) {
    NDArray grid = positions(pass, manager, ":, 1:");
    int side = config.trainedGrid();
    if (rows == side && columns == side) {
      return grid;
    }
    int width = config.width();
    NDArray byRow = matrix(manager, rows).matMul(grid.reshape(side, (long) side * width));
    NDArray right = matrix(manager, columns).reshape(1, columns, side);
    return right.matMul(byRow.reshape(rows, side, width)).reshape(1, (long) rows * columns, width);
  }

  private NDArray matrix(NDManager manager, int to) {
    int side = config.trainedGrid();
    float[][] rows = config.resize().matrix(side, to);
    float[] flat = new float[to * side];
    for (int i = 0; i < to; i++) {
      System.arraycopy(rows[i], 0, flat, i * side, side);
    }
    return Constants.of(manager, flat, to, side);
  }
}
