package io.drivedistill.student;

/**
 * OpenCV's bilinear resize of byte pictures: half-pixel centres, weights in units of 1/2048, no
 * antialias. Stateless.
 */
public final class BilinearResize {
  private static final int CHANNELS = 3;
  private static final int ONE = 2048;

  /** Bits that OpenCV drops between the two passes. */
  private static final int EARLY_BITS = 4;

  private static final int MIDDLE_BITS = 16;
  private static final int LAST_BITS = 2;

  private BilinearResize() {}

  /** Bytes [rows, columns, 3] to bytes [3, height, width]. */
  public static byte[] toPlanes(byte[] pixels, int rows, int columns, int height, int width) {
    Taps vertical = Taps.of(rows, height);
    Taps horizontal = Taps.of(columns, width);
    byte[] planes = new byte[CHANNELS * height * width];
    for (int y = 0; y < height; y++) {
      int low = vertical.low[y] * columns;
      int high = vertical.high[y] * columns;
      int lowWeight = vertical.lowWeight[y];
      int highWeight = ONE - lowWeight;
      for (int x = 0; x < width; x++) {
        int left = horizontal.low[x];
        int right = horizontal.high[x];
        int leftWeight = horizontal.lowWeight[x];
        int rightWeight = ONE - leftWeight;
        for (int channel = 0; channel < CHANNELS; channel++) {
          int above =
              leftWeight * at(pixels, low + left, channel)
                  + rightWeight * at(pixels, low + right, channel);
          int below =
              leftWeight * at(pixels, high + left, channel)
                  + rightWeight * at(pixels, high + right, channel);
          int sum =
              ((lowWeight * (above >> EARLY_BITS)) >> MIDDLE_BITS)
                  + ((highWeight * (below >> EARLY_BITS)) >> MIDDLE_BITS);
          planes[(channel * height + y) * width + x] =
              (byte) ((sum + (1 << (LAST_BITS - 1))) >> LAST_BITS);
        }
      }
    }
    return planes;
  }

  private static int at(byte[] pixels, int index, int channel) {
    return pixels[index * CHANNELS + channel] & 0xFF;
  }

  /** Which two source cells make a target cell. */
  private static final class Taps {
    private final int[] low;
    private final int[] high;
    private final int[] lowWeight;

    private Taps(int count) {
      low = new int[count];
      high = new int[count];
      lowWeight = new int[count];
    }

    static Taps of(int from, int to) {
      Taps taps = new Taps(to);
      double scale = (double) from / to;
      for (int i = 0; i < to; i++) {
        float source = (float) ((i + 0.5) * scale - 0.5);
        int cell = (int) Math.floor(source);
        float share = source - cell;
        if (cell < 0 || cell >= from - 1) {
          cell = Math.min(Math.max(cell, 0), from - 1);
          share = 0;
        }
        taps.low[i] = cell;
        taps.high[i] = Math.min(cell + 1, from - 1);
        taps.lowWeight[i] = ONE - (int) Math.rint(share * ONE);
      }
      return taps;
    }
  }
}
