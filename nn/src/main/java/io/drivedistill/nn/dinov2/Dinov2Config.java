package io.drivedistill.nn.dinov2;

/**
 * Sizes of a DINOv2 network.
 *
 * @param width channels of a token
 * @param depth number of blocks
 * @param heads attention heads
 * @param patchPixels side of a square patch
 * @param trainedGrid side of the grid of learned position embeddings, 37 in published files
 * @param registers number of register tokens, 0 or 4 in published files
 * @param resize rule for other image sizes
 * @param feedForward kind of the block's second half
 */
public record Dinov2Config(
    int width,
    int depth,
    int heads,
    int patchPixels,
    int trainedGrid,
    int registers,
    PositionResize resize,
    FeedForward feedForward) {

  /** Kinds of a block's second half. */
  public enum FeedForward {
    /** Linear, exact GELU, linear; hidden width 4 · width. */
    GELU,
    /** Fused SwiGLU, ViT-g only. */
    SWIGLU
  }

  private static final int PATCH_PIXELS = 14;
  private static final int TRAINED_GRID = 37;

  /** Checks that the sizes fit together. */
  public Dinov2Config {
    if (width % heads != 0) {
      throw new IllegalArgumentException(width + " channels do not divide into " + heads);
    }
  }

  /** ViT-S/14, 22 M parameters. */
  public static Dinov2Config small(boolean withRegisters) {
    return published(384, 12, 6, withRegisters, FeedForward.GELU);
  }

  /** ViT-B/14, 87 M parameters; with registers it is the eye of UniVLA's latent action model. */
  public static Dinov2Config base(boolean withRegisters) {
    return published(768, 12, 12, withRegisters, FeedForward.GELU);
  }

  /** ViT-L/14, 304 M parameters. */
  public static Dinov2Config large(boolean withRegisters) {
    return published(1024, 24, 16, withRegisters, FeedForward.GELU);
  }

  /** ViT-g/14, 1.1 G parameters. */
  public static Dinov2Config giant(boolean withRegisters) {
    return published(1536, 40, 24, withRegisters, FeedForward.SWIGLU);
  }

  private static Dinov2Config published(
      int width, int depth, int heads, boolean withRegisters, FeedForward feedForward) {
    return new Dinov2Config(
        width,
        depth,
        heads,
        PATCH_PIXELS,
        TRAINED_GRID,
        withRegisters ? 4 : 0,
        withRegisters ? PositionResize.ANTIALIASED : PositionResize.OFFSET,
        feedForward);
  }

  /** The same network with another resize rule. */
  public Dinov2Config withResize(PositionResize rule) {
    return new Dinov2Config(
        width, depth, heads, patchPixels, trainedGrid, registers, rule, feedForward);
  }

  /** Hidden width of the second half of a block (SPEC-dinov2 3 for SwiGLU). */
  int hiddenWidth() {
    int hidden = 4 * width;
    return feedForward == FeedForward.GELU ? hidden : (hidden * 2 / 3 + 7) / 8 * 8;
  }
}
