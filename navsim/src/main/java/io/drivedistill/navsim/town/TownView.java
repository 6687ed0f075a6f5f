package io.drivedistill.navsim.town;

import java.util.SplittableRandom;

/**
 * How a town looks during one drive: its ground and streets under that day's light. Safe for use by
 * several threads.
 */
final class TownView {
  private final GroundTexture ground;
  private final StreetPainter street;
  private final double sunRad;
  private final int skyTop;
  private final int skyLow;
  private final byte[][] tints = new byte[3][256];

  TownView(GroundTexture ground, StreetPainter street, long seed) {
    this.ground = ground;
    this.street = street;
    SplittableRandom random = new SplittableRandom(seed);
    this.sunRad = random.nextDouble(-Math.PI, Math.PI);
    double clouds = random.nextDouble();
    this.skyTop = mix(0x5d93cf, 0xa9b4bf, clouds);
    this.skyLow = mix(0xcfe0ee, 0xd5d8da, clouds);
    double brightness = random.nextDouble(0.86, 1.1);
    double warmth = random.nextDouble(-0.05, 0.06);
    double[] factors = {brightness * (1 + warmth), brightness, brightness * (1 - warmth)};
    for (int channel = 0; channel < 3; channel++) {
      for (int value = 0; value < 256; value++) {
        tints[channel][value] = (byte) Math.min(255, (int) (value * factors[channel] + 0.5));
      }
    }
  }

  GroundTexture ground() {
    return ground;
  }

  StreetPainter street() {
    return street;
  }

  double sunRad() {
    return sunRad;
  }

  /** Colour of the sky; {@code share} runs from 0 at the top of the picture to 1 at the horizon. */
  int skyRgb(double share) {
    return mix(skyTop, skyLow, share);
  }

  /** Applies the day's light to a finished picture. */
  void tint(int[] rgb) {
    for (int i = 0; i < rgb.length; i++) {
      int p = rgb[i];
      rgb[i] =
          (tints[0][p >> 16 & 255] & 255) << 16
              | (tints[1][p >> 8 & 255] & 255) << 8
              | (tints[2][p & 255] & 255);
    }
  }

  private static int mix(int a, int b, double share) {
    int r = (int) ((a >> 16 & 255) * (1 - share) + (b >> 16 & 255) * share);
    int g = (int) ((a >> 8 & 255) * (1 - share) + (b >> 8 & 255) * share);
    int bl = (int) ((a & 255) * (1 - share) + (b & 255) * share);
    return r << 16 | g << 8 | bl;
  }
}
