package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Scenery.Carpark;
import io.drivedistill.navsim.town.Scenery.Crosswalk;
import io.drivedistill.navsim.town.Scenery.Stop;
import io.drivedistill.navsim.town.Scenery.Walkway;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.ArrayList;
import java.util.List;

/**
 * The ground of a town seen from above: grass, asphalt, markings, walkways. A pyramid of halved
 * pictures serves distant pixels. Immutable once built, shared by threads.
 */
final class GroundTexture {
  private static final double MARGIN_M = 45;

  /** Pixels closer together than this share of a cell are blended. */
  private static final double SMOOTH_BELOW_CELLS = 0.6;

  private static final int GRASS = 0x5d7a45;
  private static final Color ASPHALT = new Color(0x54565a);
  private static final Color WALK = new Color(0xa9a59c);
  private static final Color PARKING = new Color(0x62615f);
  private static final Color KERB = new Color(0x8f8d88);
  private static final Color WHITE = new Color(0xe6e6e2);
  private static final Color YELLOW = new Color(0xd8b23a);

  private static final class Level {
    final int[] rgb;
    final int width;
    final int height;

    Level(int[] rgb, int width, int height) {
      this.rgb = rgb;
      this.width = width;
      this.height = height;
    }

    void paintNearest(double u, double v, double du, double dv, int[] target, int from, int count) {
      double column = u;
      double row = v;
      for (int i = 0; i < count; i++) {
        target[from + i] =
            column >= 0 && row >= 0 && column < width && row < height
                ? rgb[((int) row) * width + (int) column]
                : GRASS;
        column += du;
        row += dv;
      }
    }

    /** Blends the four cells around each point, in steps of 1/16. */
    void paintSmooth(double u, double v, double du, double dv, int[] target, int from, int count) {
      double column = u;
      double row = v;
      for (int i = 0; i < count; i++) {
        if (column >= 0 && row >= 0 && column < width - 1 && row < height - 1) {
          int c = (int) column;
          int r = (int) row;
          int fx = (int) ((column - c) * 16);
          int fy = (int) ((row - r) * 16);
          int at = r * width + c;
          int w11 = fx * fy;
          int w10 = 16 * fx - w11;
          int w01 = 16 * fy - w11;
          int w00 = 256 - 16 * fx - w01;
          int p = rgb[at];
          int q = rgb[at + 1];
          int s = rgb[at + width];
          int t = rgb[at + width + 1];
          int redBlue =
              (((p & 0xff00ff) * w00 + (q & 0xff00ff) * w10 + (s & 0xff00ff) * w01)
                      + (t & 0xff00ff) * w11)
                  >>> 8;
          int green =
              ((p >>> 8 & 255) * w00 + (q >>> 8 & 255) * w10 + (s >>> 8 & 255) * w01)
                  + (t >>> 8 & 255) * w11;
          target[from + i] = (redBlue & 0xff00ff) | (green & 0xff00);
        } else {
          target[from + i] = GRASS;
        }
        column += du;
        row += dv;
      }
    }
  }

  private final List<Level> levels = new ArrayList<>();
  private final double cellM;
  private final double minX;
  private final double minY;

  GroundTexture(Town town, double cellM) {
    this.cellM = cellM;
    double[] bounds = bounds(town);
    this.minX = bounds[0] - MARGIN_M;
    this.minY = bounds[1] - MARGIN_M;
    int width = (int) Math.ceil((bounds[2] + MARGIN_M - minX) / cellM);
    int height = (int) Math.ceil((bounds[3] + MARGIN_M - minY) / cellM);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] rgb = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
    java.util.Arrays.fill(rgb, GRASS);
    paint(picture, town);
    roughen(rgb, width, town.seed());
    levels.add(new Level(rgb, width, height));
    while (levels.size() < 6) {
      levels.add(halved(levels.get(levels.size() - 1)));
    }
  }

  private static double[] bounds(Town town) {
    double[] b = {Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE};
    for (Roadblock block : town.network().laneBlocks) {
      for (double[] p : block.polygon) {
        b[0] = Math.min(b[0], p[0]);
        b[1] = Math.min(b[1], p[1]);
        b[2] = Math.max(b[2], p[0]);
        b[3] = Math.max(b[3], p[1]);
      }
    }
    return b;
  }

  /** Level whose cells are about as large as a pixel's footprint. */
  int levelFor(double footprintM) {
    int level = 0;
    double cell = cellM;
    while (level + 1 < levels.size() && cell * 1.7 < footprintM) {
      cell *= 2;
      level++;
    }
    return level;
  }

  /**
   * Paints a run of pixels whose ground points lie on a line.
   *
   * @param level see {@link #levelFor}
   * @param x first point in the town's frame
   * @param y first point
   * @param stepX way from point to point
   * @param stepY way from point to point
   */
  void paintRun(
      int level,
      double x,
      double y,
      double stepX,
      double stepY,
      int[] target,
      int from,
      int count) {
    Level source = levels.get(level);
    double scale = 1 / (cellM * (1 << level));
    double u = (x - minX) * scale;
    double v = (y - minY) * scale;
    double du = stepX * scale;
    double dv = stepY * scale;
    if (du * du + dv * dv < SMOOTH_BELOW_CELLS * SMOOTH_BELOW_CELLS) {
      source.paintSmooth(u - 0.5, v - 0.5, du, dv, target, from, count);
    } else {
      source.paintNearest(u, v, du, dv, target, from, count);
    }
  }

  private static Level halved(Level source) {
    int width = Math.max(1, source.width / 2);
    int height = Math.max(1, source.height / 2);
    int[] rgb = new int[width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int a = (2 * row) * source.width + 2 * column;
        int p = source.rgb[a];
        int q = source.rgb[a + 1];
        int r = source.rgb[a + source.width];
        int s = source.rgb[a + source.width + 1];
        int redBlue =
            ((p & 0xff00ff) + (q & 0xff00ff) + (r & 0xff00ff) + (s & 0xff00ff) + 0x20002) >>> 2;
        int green = ((p & 0xff00) + (q & 0xff00) + (r & 0xff00) + (s & 0xff00) + 0x200) >>> 2;
        rgb[row * width + column] = (redBlue & 0xff00ff) | (green & 0xff00);
      }
    }
    return new Level(rgb, width, height);
  }

  /** Gives surfaces a grain, so that motion over them can be seen. */
  private static void roughen(int[] rgb, int width, long seed) {
    int state = (int) (seed ^ (seed >>> 32)) | 1;
    for (int i = 0; i < rgb.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      int patch = hash((i % width) >> 5, (i / width) >> 5) & 7;
      int delta = (state & 15) - 8 + patch - 4;
      int p = rgb[i];
      int red = limit((p >> 16 & 255) + delta);
      int green = limit((p >> 8 & 255) + delta);
      int blue = limit((p & 255) + delta);
      rgb[i] = (red << 16) | (green << 8) | blue;
    }
  }

  private static int hash(int a, int b) {
    int h = (a * 0x9E3779B1) ^ (b * 0x85EBCA77);
    return ((h ^ (h >>> 15)) * 0x2C1B3C6D) >>> 13;
  }

  private static int limit(int value) {
    return Math.max(0, Math.min(255, value));
  }

  private void paint(BufferedImage picture, Town town) {
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.transform(new AffineTransform(1 / cellM, 0, 0, 1 / cellM, -minX / cellM, -minY / cellM));
    for (Walkway walkway : town.scenery().walkways()) {
      fill(g, WALK, walkway.polygon().points());
    }
    stroke(g, KERB, 0.5f);
    for (Roadblock block : town.network().laneBlocks) {
      g.draw(path(block.polygon));
    }
    for (Junction junction : town.network().junctions) {
      g.draw(path(junction.polygon));
    }
    for (Carpark carpark : town.scenery().carparks()) {
      fill(g, PARKING, carpark.polygon().points());
    }
    for (Roadblock block : town.network().laneBlocks) {
      fill(g, ASPHALT, block.polygon);
    }
    for (Junction junction : town.network().junctions) {
      fill(g, ASPHALT, junction.polygon);
    }
    for (Roadblock block : town.network().laneBlocks) {
      paintMarkings(g, block);
    }
    for (Crosswalk crosswalk : town.scenery().crosswalks()) {
      paintCrosswalk(g, crosswalk);
    }
    for (Junction junction : town.network().junctions) {
      paintStopLines(g, junction);
    }
    g.dispose();
  }

  private static void paintMarkings(Graphics2D g, Roadblock block) {
    List<Lane> lanes = block.lanes;
    for (int k = 0; k + 1 < lanes.size(); k++) {
      g.setColor(WHITE);
      g.setStroke(
          new BasicStroke(
              0.18f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {3, 5}, 0));
      g.draw(open(lanes.get(k).rightBoundary));
    }
    stroke(g, WHITE, 0.18f);
    g.draw(open(lanes.get(lanes.size() - 1).rightBoundary));
    stroke(g, YELLOW, 0.16f);
    Polyline left = lanes.get(0).leftBoundary;
    g.draw(open(block.road.oneWay() ? left : left.offset(-0.14)));
  }

  private static void paintCrosswalk(Graphics2D g, Crosswalk crosswalk) {
    double[][] p = crosswalk.polygon().points();
    double length = Math.hypot(p[1][0] - p[0][0], p[1][1] - p[0][1]);
    double ux = (p[1][0] - p[0][0]) / length;
    double uy = (p[1][1] - p[0][1]) / length;
    double dx = p[2][0] - p[1][0];
    double dy = p[2][1] - p[1][1];
    for (double s = 0.4; s + 0.6 < length; s += 1.2) {
      fill(
          g,
          WHITE,
          new double[][] {
            {p[0][0] + ux * s, p[0][1] + uy * s},
            {p[0][0] + ux * (s + 0.6), p[0][1] + uy * (s + 0.6)},
            {p[0][0] + ux * (s + 0.6) + dx, p[0][1] + uy * (s + 0.6) + dy},
            {p[0][0] + ux * s + dx, p[0][1] + uy * s + dy}
          });
    }
  }

  private static void paintStopLines(Graphics2D g, Junction junction) {
    for (Junction.Arm arm : junction.arms) {
      if (arm.incoming() == null || !StopLines.isMarked(junction, arm)) {
        continue;
      }
      double back = StopLines.backM(arm.incoming().road);
      for (Lane lane : arm.incoming().lanes) {
        Stop stop = new Stop(lane, lane.length() - back + 0.9);
        Polyline line = lane.baseline;
        double heading = line.headingAt(stop.arcLengthM());
        double x = line.xAt(stop.arcLengthM());
        double y = line.yAt(stop.arcLengthM());
        double side = Lane.WIDTH_M / 2 - 0.15;
        stroke(g, WHITE, 0.5f);
        Path2D path = new Path2D.Double();
        path.moveTo(x - side * Math.sin(heading), y + side * Math.cos(heading));
        path.lineTo(x + side * Math.sin(heading), y - side * Math.cos(heading));
        g.draw(path);
      }
    }
  }

  private static void stroke(Graphics2D g, Color colour, float width) {
    g.setColor(colour);
    g.setStroke(new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
  }

  private static void fill(Graphics2D g, Color colour, double[][] ring) {
    g.setColor(colour);
    g.fill(path(ring));
  }

  private static Path2D path(double[][] ring) {
    Path2D path = new Path2D.Double();
    path.moveTo(ring[0][0], ring[0][1]);
    for (int i = 1; i < ring.length; i++) {
      path.lineTo(ring[i][0], ring[i][1]);
    }
    path.closePath();
    return path;
  }

  private static Path2D open(Polyline line) {
    Path2D path = new Path2D.Double();
    path.moveTo(line.x(0), line.y(0));
    for (int i = 1; i < line.size(); i++) {
      path.lineTo(line.x(i), line.y(i));
    }
    return path;
  }
}
