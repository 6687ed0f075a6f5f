package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Snapshot.Body;
import io.drivedistill.navsim.town.Snapshot.EgoState;
import java.util.Arrays;

/**
 * Draws what one camera sees. Small pictures are drawn at twice their size and averaged. Buffers
 * are reused; one instance per thread.
 */
final class CameraRenderer {
  private static final int SMALL_WIDTH_PX = 320;
  private static final double BODIES_M = 110;
  private static final double GROUND_M = 400;

  private final CameraRig rig;
  private final int oversampling;
  private final Rasteriser picture;
  private final Solids solids;
  private final BodyPainter bodies;
  private final int[] rgb;
  private final int width;
  private final int height;

  /**
   * @param rig camera for pictures of {@code width} x {@code height}
   * @param owners whether to remember which object is drawn where
   */
  CameraRenderer(CameraRig rig, int width, int height, boolean owners) {
    this.rig = rig;
    this.width = width;
    this.height = height;
    this.oversampling = width <= SMALL_WIDTH_PX && !owners ? 2 : 1;
    this.picture =
        new Rasteriser(
            width * oversampling,
            height * oversampling,
            rig.focalPx() * oversampling,
            rig.centerXPx() * oversampling,
            rig.centerYPx() * oversampling,
            owners);
    this.solids = new Solids(picture);
    this.bodies = new BodyPainter(solids);
    this.rgb = oversampling == 1 ? picture.rgb : new int[width * height];
  }

  CameraRig rig() {
    return rig;
  }

  /** Track number plus one of the object at each pixel, 0 for none. */
  int[] owners() {
    return picture.owner;
  }

  /** Draws a frame; the result is valid until the next call. Row-major 0xRRGGBB. */
  int[] render(Snapshot snapshot, TownView view) {
    EgoState ego = snapshot.ego();
    double c = Math.cos(ego.headingRad());
    double s = Math.sin(ego.headingRad());
    double x = ego.x() + rig.xM() * c - rig.yM() * s;
    double y = ego.y() + rig.xM() * s + rig.yM() * c;
    double direction = ego.headingRad() + rig.yawRad();
    picture.clearDepth();
    paintSky(view);
    paintGround(view.ground(), x, y, direction);
    solids.place(x, y, rig.zM(), direction, view.sunRad());
    picture.setOwner(0);
    view.street().paint(solids, snapshot.timeS());
    for (Body body : snapshot.bodies()) {
      if (solids.isVisible(body.x(), body.y(), body.lengthM(), BODIES_M)) {
        picture.setOwner(body.track() + 1);
        bodies.paint(body);
      }
    }
    if (oversampling == 2) {
      average();
    }
    view.tint(rgb);
    return rgb;
  }

  private void paintSky(TownView view) {
    int horizon = horizonRow();
    for (int row = 0; row < horizon; row++) {
      double share = Math.min(1, (double) row / Math.max(1, horizon));
      Arrays.fill(picture.rgb, row * picture.width, (row + 1) * picture.width, view.skyRgb(share));
    }
  }

  private int horizonRow() {
    return (int)
        Math.max(0, Math.min(picture.height, Math.ceil(rig.centerYPx() * oversampling - 0.5)));
  }

  /** Rows of a level camera see the ground at one depth each. */
  private void paintGround(GroundTexture ground, double x, double y, double direction) {
    double focal = rig.focalPx() * oversampling;
    double c = Math.cos(direction);
    double s = Math.sin(direction);
    for (int row = horizonRow(); row < picture.height; row++) {
      double below = row + 0.5 - rig.centerYPx() * oversampling;
      double depth = Math.min(GROUND_M, rig.zM() * focal / Math.max(1e-6, below));
      double footprint = depth / focal;
      double left = (rig.centerXPx() * oversampling - 0.5) * footprint;
      ground.paintRun(
          ground.levelFor(Math.sqrt(footprint * depth * footprint / rig.zM())),
          x + depth * c - left * s,
          y + depth * s + left * c,
          footprint * s,
          -footprint * c,
          picture.rgb,
          row * picture.width,
          picture.width);
    }
  }

  private void average() {
    int[] source = picture.rgb;
    int stride = picture.width;
    for (int row = 0; row < height; row++) {
      int at = 2 * row * stride;
      for (int column = 0; column < width; column++, at += 2) {
        int p = source[at];
        int q = source[at + 1];
        int r = source[at + stride];
        int t = source[at + stride + 1];
        int redBlue =
            ((p & 0xff00ff) + (q & 0xff00ff) + (r & 0xff00ff) + (t & 0xff00ff) + 0x20002) >>> 2;
        int green = ((p & 0xff00) + (q & 0xff00) + (r & 0xff00) + (t & 0xff00) + 0x200) >>> 2;
        rgb[row * width + column] = (redBlue & 0xff00ff) | (green & 0xff00);
      }
    }
  }
}
