package io.drivedistill.teacher.image;

import io.drivedistill.navsim.sensor.CameraImageReader;
import java.awt.image.BufferedImage;
import java.nio.file.Path;

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
   * Decodes a camera picture.
   *
   * @throws io.drivedistill.core.DriveDistillException if the file is absent, truncated, or no JPEG
   */
  public static RgbImage read(Path file) {
    BufferedImage picture = CameraImageReader.read(file);
    return new RgbImage(picture.getWidth(), picture.getHeight(), CameraImageReader.rgb(picture));
  }
}
