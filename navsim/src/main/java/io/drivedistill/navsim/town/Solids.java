package io.drivedistill.navsim.town;

/**
 * Draws upright solids, given in the town's frame, into the picture of one camera. Faces are shaded
 * by the direction of the sun. One instance per thread.
 */
final class Solids {
  /** Corners of a rectangle, counter-clockwise from the front right one. */
  private static final double[] CORNER_AHEAD = {1, 1, -1, -1};

  private static final double[] CORNER_LEFT = {-1, 1, 1, -1};

  private final Rasteriser picture;
  private final double[] worldX = new double[12];
  private final double[] worldY = new double[12];
  private final double[] worldZ = new double[12];
  private final double[] x = new double[12];
  private final double[] y = new double[12];
  private final double[] z = new double[12];
  private double cameraX;
  private double cameraY;
  private double cameraZ;
  private double cosine;
  private double sine;
  private double sunRad;
  private int corners;

  Solids(Rasteriser picture) {
    this.picture = picture;
  }

  /** Places the camera; {@code directionRad} is that of its optical axis in the town's frame. */
  void place(double x, double y, double z, double directionRad, double sunDirectionRad) {
    cameraX = x;
    cameraY = y;
    cameraZ = z;
    cosine = Math.cos(directionRad);
    sine = Math.sin(directionRad);
    sunRad = sunDirectionRad;
  }

  /** Faces drawn from now on belong to this object. */
  void setOwner(int number) {
    picture.setOwner(number);
  }

  /** Whether a disc reaches into the field of view up to a distance. */
  boolean isVisible(double atX, double atY, double radius, double reachM) {
    double dx = atX - cameraX;
    double dy = atY - cameraY;
    double ahead = dx * cosine + dy * sine;
    if (ahead < -radius || ahead > reachM) {
      return false;
    }
    double side = Math.abs(dx * sine - dy * cosine);
    return side < radius * 2 + Math.max(0, ahead) * 0.66;
  }

  double distanceTo(double atX, double atY) {
    return Math.hypot(atX - cameraX, atY - cameraY);
  }

  /** A box standing at a height over the ground. */
  void box(
      double atX,
      double atY,
      double headingRad,
      double length,
      double width,
      double bottom,
      double top,
      int sideRgb,
      int topRgb) {
    frustum(atX, atY, headingRad, length, width, bottom, length, width, top, 0, sideRgb, topRgb);
  }

  /**
   * A truncated pyramid.
   *
   * @param shift how far the upper rectangle lies ahead of the lower one
   */
  void frustum(
      double atX,
      double atY,
      double headingRad,
      double lowLength,
      double lowWidth,
      double bottom,
      double highLength,
      double highWidth,
      double top,
      double shift,
      int sideRgb,
      int topRgb) {
    double c = Math.cos(headingRad);
    double s = Math.sin(headingRad);
    for (int side = 0; side < 4; side++) {
      double normal = headingRad + side * Math.PI / 2;
      // Right and left end of a side seen from outside: front, left, rear, right.
      double a0 = CORNER_AHEAD[side];
      double b0 = CORNER_LEFT[side];
      double a1 = CORNER_AHEAD[(side + 1) % 4];
      double b1 = CORNER_LEFT[(side + 1) % 4];
      start();
      corner(atX, atY, c, s, a0 * lowLength / 2, b0 * lowWidth / 2, bottom);
      corner(atX, atY, c, s, a1 * lowLength / 2, b1 * lowWidth / 2, bottom);
      corner(atX, atY, c, s, a1 * highLength / 2 + shift, b1 * highWidth / 2, top);
      corner(atX, atY, c, s, a0 * highLength / 2 + shift, b0 * highWidth / 2, top);
      finish(shade(sideRgb, normal));
    }
    if (top < cameraZ || highLength < lowLength * 0.8) {
      start();
      corner(atX, atY, c, s, highLength / 2 + shift, highWidth / 2, top);
      corner(atX, atY, c, s, -highLength / 2 + shift, highWidth / 2, top);
      corner(atX, atY, c, s, -highLength / 2 + shift, -highWidth / 2, top);
      corner(atX, atY, c, s, highLength / 2 + shift, -highWidth / 2, top);
      finish(scaled(topRgb, 1.06));
    }
  }

  /** A regular pyramid or prism with six sides, for crowns of trees. */
  void round(
      double atX,
      double atY,
      double lowRadius,
      double bottom,
      double highRadius,
      double top,
      int colour) {
    for (int side = 0; side < 6; side++) {
      double a = side * Math.PI / 3;
      double b = a + Math.PI / 3;
      start();
      corner(atX, atY, 1, 0, lowRadius * Math.cos(a), lowRadius * Math.sin(a), bottom);
      corner(atX, atY, 1, 0, lowRadius * Math.cos(b), lowRadius * Math.sin(b), bottom);
      corner(atX, atY, 1, 0, highRadius * Math.cos(b), highRadius * Math.sin(b), top);
      corner(atX, atY, 1, 0, highRadius * Math.cos(a), highRadius * Math.sin(a), top);
      finish(shade(colour, (a + b) / 2));
    }
  }

  /**
   * An upright rectangle facing a direction, not shaded: lamps, windows, plates.
   *
   * @param ahead distance of its plane from the point, along the direction it faces
   * @param left offset of its middle to the left of that direction
   */
  void plate(
      double atX,
      double atY,
      double facingRad,
      double ahead,
      double left,
      double width,
      double bottom,
      double top,
      int colour) {
    double c = Math.cos(facingRad);
    double s = Math.sin(facingRad);
    start();
    corner(atX, atY, c, s, ahead, left - width / 2, bottom);
    corner(atX, atY, c, s, ahead, left + width / 2, bottom);
    corner(atX, atY, c, s, ahead, left + width / 2, top);
    corner(atX, atY, c, s, ahead, left - width / 2, top);
    finish(colour);
  }

  private void start() {
    corners = 0;
  }

  private void corner(
      double atX, double atY, double c, double s, double ahead, double left, double height) {
    worldX[corners] = atX + ahead * c - left * s;
    worldY[corners] = atY + ahead * s + left * c;
    worldZ[corners++] = height;
  }

  private void finish(int colour) {
    // Twice the signed area seen from the camera tells whether the outside faces it.
    double ax = worldX[1] - worldX[0];
    double ay = worldY[1] - worldY[0];
    double az = worldZ[1] - worldZ[0];
    double bx = worldX[2] - worldX[0];
    double by = worldY[2] - worldY[0];
    double bz = worldZ[2] - worldZ[0];
    double towards =
        (ay * bz - az * by) * (cameraX - worldX[0])
            + (az * bx - ax * bz) * (cameraY - worldY[0])
            + (ax * by - ay * bx) * (cameraZ - worldZ[0]);
    if (towards <= 0) {
      return;
    }
    for (int i = 0; i < corners; i++) {
      double dx = worldX[i] - cameraX;
      double dy = worldY[i] - cameraY;
      x[i] = dx * sine - dy * cosine;
      y[i] = cameraZ - worldZ[i];
      z[i] = dx * cosine + dy * sine;
    }
    picture.fill(x, y, z, corners, colour);
  }

  private int shade(int colour, double normalRad) {
    return scaled(colour, 0.78 + 0.22 * Math.cos(normalRad - sunRad));
  }

  static int scaled(int colour, double factor) {
    int r = Math.min(255, (int) ((colour >> 16 & 255) * factor));
    int g = Math.min(255, (int) ((colour >> 8 & 255) * factor));
    int b = Math.min(255, (int) ((colour & 255) * factor));
    return r << 16 | g << 8 | b;
  }
}
