package io.drivedistill.latentaction;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.sensor.CameraImageReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Brings a picture to another size by averaging the area that each new pixel covers: no aliasing
 * when it shrinks, which would look like motion. O(pixels).
 */
final class PictureScaling {
  private PictureScaling() {}

  /**
   * Reads a JPEG or PNG.
   *
   * @throws DriveDistillException if it is absent, damaged or neither
   */
  static BufferedImage read(Path file) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      return CameraImageReader.read(file);
    }
    try {
      BufferedImage picture = ImageIO.read(file.toFile());
      if (picture != null) {
        return picture;
      }
      throw new IOException("not a PNG");
    } catch (IOException | RuntimeException e) {
      throw new DriveDistillException(
          "The picture " + file.toAbsolutePath() + " cannot be read: " + e.getMessage(),
          "Maybe the file was cut off; copy it again.",
          e);
    }
  }

  /** RGB in [0, 1], [height, width, 3]. */
  static float[] rgb(BufferedImage picture, int width, int height) {
    int sourceWidth = picture.getWidth();
    int sourceHeight = picture.getHeight();
    float[] narrow = new float[sourceHeight * width * 3];
    byte[] rgb = CameraImageReader.rgb(picture);
    float[] line = new float[sourceWidth * 3];
    for (int y = 0; y < sourceHeight; y++) {
      for (int i = 0; i < line.length; i++) {
        line[i] = (rgb[y * line.length + i] & 0xff) / 255f;
      }
      average(line, 0, 3, sourceWidth, narrow, y * width * 3, 3, width, 3);
    }
    float[] result = new float[height * width * 3];
    average(narrow, 0, 3 * width, sourceHeight, result, 0, 3 * width, height, 3 * width);
    return result;
  }

  /**
   * Resamples along one axis whose cells are {@code stride} apart and {@code cell} numbers wide.
   */
  private static void average(
      float[] from,
      int fromBegin,
      int fromStride,
      int fromCount,
      float[] to,
      int toBegin,
      int toStride,
      int toCount,
      int cell) {
    double step = (double) fromCount / toCount;
    for (int i = 0; i < toCount; i++) {
      double begin = i * step;
      double end = begin + step;
      for (int j = (int) begin; j < Math.min(fromCount, Math.ceil(end - 1e-9)); j++) {
        float share = (float) ((Math.min(end, j + 1) - Math.max(begin, j)) / step);
        for (int k = 0; k < cell; k++) {
          to[toBegin + i * toStride + k] += share * from[fromBegin + j * fromStride + k];
        }
      }
    }
  }
}
