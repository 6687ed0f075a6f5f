package io.drivedistill.navsim.sensor;

import io.drivedistill.core.DriveDistillException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads camera pictures; a damaged JPEG is an error, never a half grey picture. Stateless. */
public final class CameraImageReader {
  private static final String FORMAT = "jpeg";

  private CameraImageReader() {}

  /**
   * Reads a JPEG.
   *
   * @throws DriveDistillException if the file is absent, truncated, or not a JPEG
   */
  public static BufferedImage read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the camera picture " + file + ": " + e,
          "Maybe the camera archive of this split has not been unpacked below sensor_blobs.",
          e);
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName(FORMAT).next();
    AtomicReference<String> warning = new AtomicReference<>();
    IIOReadWarningListener listener = (source, text) -> warning.compareAndSet(null, text);
    try (ImageInputStream input =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.addIIOReadWarningListener(listener);
      reader.setInput(input, true, true);
      BufferedImage image = reader.read(0);
      if (warning.get() != null) {
        throw new IOException(warning.get());
      }
      return image;
    } catch (IOException | RuntimeException e) {
      throw new DriveDistillException(
          "The camera picture " + file + " is damaged or not a JPEG: " + e.getMessage(),
          "Maybe the download was cut off; unpack the camera archive again.",
          e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Reads a JPEG of a known size.
   *
   * @throws DriveDistillException also if the size differs
   */
  public static BufferedImage read(Path file, int width, int height) {
    BufferedImage image = read(file);
    if (image.getWidth() != width || image.getHeight() != height) {
      throw new DriveDistillException(
          "Expected a picture of "
              + width
              + "x"
              + height
              + " pixels in "
              + file
              + ", found "
              + image.getWidth()
              + "x"
              + image.getHeight()
              + ".",
          "Maybe the camera size of the configuration is not that of the data set.");
    }
    return image;
  }

  /** The pixels as uint8 {@code [height, width, 3]}, red first. */
  public static byte[] rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
        && image.getRaster().getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getData().length == rgb.length) {
      // As the JPEG reader gives colour pictures; the general way below takes ten times as long.
      byte[] bgr = buffer.getData();
      for (int at = 0; at < bgr.length; at += 3) {
        rgb[at] = bgr[at + 2];
        rgb[at + 1] = bgr[at + 1];
        rgb[at + 2] = bgr[at];
      }
      return rgb;
    }
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        rgb[at++] = (byte) (row[x] >> 16);
        rgb[at++] = (byte) (row[x] >> 8);
        rgb[at++] = (byte) row[x];
      }
    }
    return rgb;
  }
}
