package io.drivedistill.teacher.image;

/**
 * Bicubic resizing with antialias, equal to PIL's byte for byte: integer weights of 22 fractional
 * bits, horizontal pass first, rounding and clamping to bytes after each pass (SPEC-qwen2_5_vl
 * section 2).
 */
public final class BicubicResize {
  private static final int FRACTION_BITS = 22;
  private static final double SHARPNESS = -0.5;
  private static final double SUPPORT = 2;

  private BicubicResize() {}

  /** Resizes a picture; the same picture is returned where the size is the same. */
  public static RgbImage resize(RgbImage image, int height, int width) {
    RgbImage wide = image.width() == width ? image : horizontal(image, width);
    return wide.height() == height ? wide : vertical(wide, height);
  }

  /** The source pixels of a target pixel: fixed-point weights of the first and its successors. */
  private static final class Tap {
    private final int first;
    private final int[] weights;

    Tap(int first, int[] weights) {
      this.first = first;
      this.weights = weights;
    }
  }

  private static Tap[] taps(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    double support = SUPPORT * stretch;
    Tap[] taps = new Tap[to];
    for (int target = 0; target < to; target++) {
      double centre = (target + 0.5) * scale;
      int first = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(from, (int) (centre + support + 0.5));
      double[] exact = new double[end - first];
      double sum = 0;
      for (int i = 0; i < exact.length; i++) {
        exact[i] = cubic((i + first - centre + 0.5) / stretch);
        sum += exact[i];
      }
      int[] weights = new int[exact.length];
      for (int i = 0; i < exact.length; i++) {
        double fixed = exact[i] / sum * (1 << FRACTION_BITS);
        weights[i] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
      }
      taps[target] = new Tap(first, weights);
    }
    return taps;
  }

  private static double cubic(double x) {
    double distance = Math.abs(x);
    if (distance < 1) {
      return ((SHARPNESS + 2) * distance - (SHARPNESS + 3)) * distance * distance + 1;
    }
    if (distance < SUPPORT) {
      return (((distance - 5) * distance + 8) * distance - 4) * SHARPNESS;
    }
    return 0;
  }

  private static RgbImage horizontal(RgbImage image, int width) {
    Tap[] taps = taps(image.width(), width);
    byte[] source = image.rgb();
    byte[] result = new byte[image.height() * width * RgbImage.CHANNELS];
    int position = 0;
    for (int row = 0; row < image.height(); row++) {
      int rowStart = row * image.width() * RgbImage.CHANNELS;
      for (Tap tap : taps) {
        int start = rowStart + tap.first * RgbImage.CHANNELS;
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          result[position++] = sum(source, start + channel, RgbImage.CHANNELS, tap.weights);
        }
      }
    }
    return new RgbImage(width, image.height(), result);
  }

  private static RgbImage vertical(RgbImage image, int height) {
    Tap[] taps = taps(image.height(), height);
    byte[] source = image.rgb();
    int stride = image.width() * RgbImage.CHANNELS;
    byte[] result = new byte[height * stride];
    int position = 0;
    for (Tap tap : taps) {
      int start = tap.first * stride;
      for (int column = 0; column < stride; column++) {
        result[position++] = sum(source, start + column, stride, tap.weights);
      }
    }
    return new RgbImage(image.width(), height, result);
  }

  private static byte sum(byte[] source, int start, int stride, int[] weights) {
    int total = 1 << (FRACTION_BITS - 1);
    int position = start;
    for (int weight : weights) {
      total += (source[position] & 0xff) * weight;
      position += stride;
    }
    return (byte) Math.max(0, Math.min(255, total >> FRACTION_BITS));
  }
}
