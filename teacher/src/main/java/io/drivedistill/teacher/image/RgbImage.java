package io.drivedistill.teacher.image;

import io.drivedistill.core.DriveDistillException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A colour picture of unsigned bytes. */
public final class RgbImage {
  /** Channels of a pixel. */
  public static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] rgb;

  /**
   * Makes a picture that shares the array: it must not change any more.
   *
   * @param width pixels
   * @param height pixels
   * @param rgb row by row, red green blue: [height, width, 3]
   */
  public RgbImage(int width, int height, byte[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    if (width <= 0 || height <= 0 || rgb.length != width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "A picture of " + width + "x" + height + " cannot have " + rgb.length + " bytes");
    }
  }

  /** Pixels from left to right. */
  public int width() {
    return width;
  }

  /** Pixels from top to bottom. */
  public int height() {
    return height;
  }

  /** The picture's own bytes [height, width, 3], not to be changed. */
  public byte[] rgb() {
    return rgb;
  }

  /**
   * Decodes a JPEG or PNG file.
   *
   * @throws DriveDistillException if the file is missing or is no whole picture
   */
  public static RgbImage read(Path file) {
    BufferedImage picture;
    try (var stream = Files.newInputStream(file)) {
      picture = ImageIO.read(stream);
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
    if (picture == null) {
      throw unreadable(file, "neither JPEG nor PNG", null);
    }
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] argb = picture.getRGB(0, 0, width, height, null, 0, width);
    byte[] rgb = new byte[argb.length * CHANNELS];
    for (int i = 0; i < argb.length; i++) {
      rgb[CHANNELS * i] = (byte) (argb[i] >> 16);
      rgb[CHANNELS * i + 1] = (byte) (argb[i] >> 8);
      rgb[CHANNELS * i + 2] = (byte) argb[i];
    }
    return new RgbImage(width, height, rgb);
  }

  private static DriveDistillException unreadable(Path file, String why, Exception cause) {
    return new DriveDistillException(
        "Could not read the camera picture " + file.toAbsolutePath() + ": " + why,
        Files.exists(file)
            ? "Maybe the file is damaged; get it again."
            : "Maybe the sensor data of this split is not on the disk, or the path is misspelt.",
        cause);
  }
}
