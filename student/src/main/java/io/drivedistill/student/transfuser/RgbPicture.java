package io.drivedistill.student.transfuser;

/** A picture in memory: bytes [height, width, 3], red first. Immutable by contract. */
public final class RgbPicture {
  private static final int CHANNELS = 3;

  private final int height;
  private final int width;
  private final byte[] rgb;

  /**
   * @param rgb [height, width, 3]; not copied
   */
  public RgbPicture(int height, int width, byte[] rgb) {
    if (rgb.length != height * width * CHANNELS) {
      throw new IllegalArgumentException(
          "A picture of "
              + width
              + "x"
              + height
              + " pixels does not have "
              + rgb.length
              + " bytes");
    }
    this.height = height;
    this.width = width;
    this.rgb = rgb;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  boolean sameSize(RgbPicture other) {
    return height == other.height && width == other.width;
  }

  String describe() {
    return width + "x" + height;
  }

  void copyRow(int row, int firstColumn, int columns, byte[] into, int at) {
    System.arraycopy(rgb, (row * width + firstColumn) * CHANNELS, into, at, columns * CHANNELS);
  }
}
