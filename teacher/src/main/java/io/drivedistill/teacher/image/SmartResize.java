package io.drivedistill.teacher.image;

import io.drivedistill.core.DriveDistillException;

/**
 * The size to which Qwen2.5-VL resizes a picture (SPEC-qwen2_5_vl section 2): multiples of a
 * factor, aspect ratio nearly kept, number of pixels within bounds.
 *
 * @param factor both sides become multiples of it: patch side times merge side
 * @param minPixels smallest area
 * @param maxPixels largest area
 */
public record SmartResize(int factor, long minPixels, long maxPixels) {
  private static final int LARGEST_ASPECT_RATIO = 200;

  /** The bounds of the published preprocessor configuration. */
  public static final SmartResize PUBLISHED = new SmartResize(28, 4 * 28 * 28, 16384L * 28 * 28);

  /** Height and width in pixels. */
  public record Size(int height, int width) {}

  /**
   * The size of the resized picture.
   *
   * @throws DriveDistillException if one side is more than 200 times the other
   */
  public Size of(int height, int width) {
    if (Math.max(height, width) > (long) LARGEST_ASPECT_RATIO * Math.min(height, width)) {
      throw new DriveDistillException(
          "A picture of " + width + "x" + height + " has an aspect ratio above 200",
          "Maybe the wrong file was given as a camera picture.");
    }
    long rows = (long) Math.rint((double) height / factor) * factor;
    long columns = (long) Math.rint((double) width / factor) * factor;
    if (rows * columns > maxPixels) {
      double shrink = Math.sqrt((double) height * width / maxPixels);
      rows = (long) Math.floor(height / shrink / factor) * factor;
      columns = (long) Math.floor(width / shrink / factor) * factor;
    } else if (rows * columns < minPixels) {
      double grow = Math.sqrt((double) minPixels / ((double) height * width));
      rows = (long) Math.ceil(height * grow / factor) * factor;
      columns = (long) Math.ceil(width * grow / factor) * factor;
    }
    return new Size(Math.toIntExact(rows), Math.toIntExact(columns));
  }
}
