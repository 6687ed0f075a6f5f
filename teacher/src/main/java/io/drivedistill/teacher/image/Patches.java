package io.drivedistill.teacher.image;

import java.util.List;

/**
 * Cuts pictures into the vectors that the vision tower reads (SPEC-qwen2_5_vl section 2). Patches
 * come frame group by frame group, in merge blocks row by row, inside a block row by row; values of
 * a patch in the order channel, frame, row, column.
 *
 * @param side pixels of a patch's side
 * @param framesPerPatch frames that one patch spans
 * @param merge patches of a merge block's side
 */
public record Patches(int side, int framesPerPatch, int merge) {
  /** Patches of 14 pixels over 2 frames, merged 2 by 2. */
  public static final Patches PUBLISHED = new Patches(14, 2, 2);

  private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] DEVIATION = {0.26862954, 0.26130258, 0.27577711};

  /** Values of one patch. */
  public int length() {
    return RgbImage.CHANNELS * framesPerPatch * side * side;
  }

  /** Pixels of a merge block's side; picture sides must be multiples of it. */
  public int factor() {
    return side * merge;
  }

  /** Mean of a channel that the published preprocessing subtracts, in [0, 1]. */
  public static double mean(int channel) {
    return MEAN[channel];
  }

  /** Standard deviation of a channel by which the published preprocessing divides. */
  public static double deviation(int channel) {
    return DEVIATION[channel];
  }

  /** The grid of a clip; a short last group counts as a whole one. */
  public PatchGrid grid(List<RgbImage> clip) {
    RgbImage first = clip.get(0);
    if (first.height() % factor() != 0 || first.width() % factor() != 0) {
      throw new IllegalArgumentException(
          "Sides of "
              + first.width()
              + "x"
              + first.height()
              + " pixels are no multiples of "
              + factor());
    }
    int groups = (clip.size() + framesPerPatch - 1) / framesPerPatch;
    return new PatchGrid(groups, first.height() / side, first.width() / side);
  }

  /**
   * Bytes of all patches of a picture (a clip of one frame) or clip; the last frame is repeated
   * where the last group is short.
   *
   * @return [frames·rows·columns, length] unsigned
   */
  public byte[] bytes(List<RgbImage> clip) {
    PatchGrid grid = grid(clip);
    byte[] values = new byte[grid.patches() * length()];
    int position = 0;
    for (int group = 0; group < grid.frames(); group++) {
      for (int patch = 0; patch < grid.rows() * grid.columns(); patch++) {
        int row = row(grid, patch) * side;
        int column = column(grid, patch) * side;
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          for (int frame = 0; frame < framesPerPatch; frame++) {
            RgbImage image = clip.get(Math.min(group * framesPerPatch + frame, clip.size() - 1));
            for (int y = row; y < row + side; y++) {
              int source = (y * image.width() + column) * RgbImage.CHANNELS + channel;
              for (int x = 0; x < side; x++, source += RgbImage.CHANNELS) {
                values[position++] = image.rgb()[source];
              }
            }
          }
        }
      }
    }
    return values;
  }

  /** The values as the published processor hands them on: in units of deviations from the mean. */
  public float[] normalized(byte[] bytes) {
    int perChannel = framesPerPatch * side * side;
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      int channel = i / perChannel % RgbImage.CHANNELS;
      values[i] = (float) (((bytes[i] & 0xff) / 255.0 - MEAN[channel]) / DEVIATION[channel]);
    }
    return values;
  }

  /** Row in its frame of the n-th patch of a frame. */
  public int row(PatchGrid grid, int patch) {
    int block = patch / (merge * merge);
    return block / (grid.columns() / merge) * merge + patch % (merge * merge) / merge;
  }

  /** Column in its frame of the n-th patch of a frame. */
  public int column(PatchGrid grid, int patch) {
    int block = patch / (merge * merge);
    return block % (grid.columns() / merge) * merge + patch % merge;
  }
}
