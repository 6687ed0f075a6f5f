package io.drivedistill.latentaction;

import io.drivedistill.navsim.scene.Pose2;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A drive through a grid of streets between coloured blocks, drawn by casting one ray per pixel
 * column: the smallest world in which pictures tell how the camera moved.
 */
final class RaycastDrive {
  private static final double CELL_M = 8;
  private static final int STREET_EVERY = 6;
  private static final double BLOCK_M = CELL_M * STREET_EVERY;
  private static final double CAMERA_HEIGHT_M = 1.6;
  private static final double TURN_RADIUS_M = 9;

  private final long world;
  private final List<Pose2> poses = new ArrayList<>();
  private final double periodS;

  RaycastDrive(long seed, int frames, double periodS) {
    this.world = seed * 0x9E3779B97F4A7C15L;
    this.periodS = periodS;
    SplittableRandom random = new SplittableRandom(seed);
    List<double[]> path = path(random, frames);
    drive(path, frames);
  }

  double periodS() {
    return periodS;
  }

  List<Pose2> poses() {
    return poses;
  }

  /** Points {x, y, heading, highest speed} every 0.25 m. */
  private static List<double[]> path(SplittableRandom random, int frames) {
    List<double[]> points = new ArrayList<>();
    double x = CELL_M / 2;
    double y = CELL_M / 2;
    double heading = 0;
    while (points.size() * 0.25 < frames * 8 + 400) {
      double limit = 5 + 9 * random.nextDouble();
      boolean stop = random.nextDouble() < 0.2;
      int turn = random.nextDouble() < 0.5 ? 0 : random.nextBoolean() ? 1 : -1;
      double straight = BLOCK_M - 2 * TURN_RADIUS_M;
      for (double s = 0; s < straight; s += 0.25) {
        double speed = stop && s > straight - 4 ? 0.6 : limit;
        points.add(new double[] {x, y, heading, speed});
        x += 0.25 * Math.cos(heading);
        y += 0.25 * Math.sin(heading);
      }
      double length = turn == 0 ? 2 * TURN_RADIUS_M : Math.PI / 2 * TURN_RADIUS_M;
      double bend = turn / TURN_RADIUS_M;
      for (double s = 0; s < length; s += 0.25) {
        points.add(new double[] {x, y, heading, turn == 0 ? limit : 5});
        x += 0.25 * Math.cos(heading);
        y += 0.25 * Math.sin(heading);
        heading += 0.25 * bend;
      }
      heading = Math.round(heading / (Math.PI / 2)) * (Math.PI / 2);
    }
    return points;
  }

  private void drive(List<double[]> path, int frames) {
    double s = 0;
    double speed = 5;
    double clock = 0;
    double step = 0.05;
    double next = 0;
    while (poses.size() < frames) {
      if (clock >= next - 1e-9) {
        double[] point = path.get((int) (s / 0.25));
        poses.add(new Pose2(point[0], point[1], Pose2.wrap(point[2])));
        next += periodS;
      }
      double allowed = 20;
      for (int ahead = 0; ahead < 120; ahead += 4) {
        double[] point = path.get((int) (s / 0.25) + ahead);
        allowed = Math.min(allowed, Math.sqrt(point[3] * point[3] + 2 * 1.8 * ahead * 0.25));
      }
      double acceleration = Math.max(-3, Math.min(1.8, (allowed - speed) / 0.4));
      speed = Math.max(0.2, speed + acceleration * step);
      s += speed * step;
      clock += step;
    }
  }

  /** What the camera sees from a pose. */
  BufferedImage picture(int index, int width, int height) {
    Pose2 pose = poses.get(index);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    double focal = 0.6 * width;
    double horizon = 0.45 * height;
    for (int column = 0; column < width; column++) {
      double slope = (column + 0.5 - width / 2.0) / focal;
      double angle = pose.headingRad() - Math.atan(slope);
      double dx = Math.cos(angle);
      double dy = Math.sin(angle);
      double forward = Math.cos(Math.atan(slope));
      double[] wall = hit(pose.xM(), pose.yM(), dx, dy);
      double depth = wall[0] * forward;
      for (int row = 0; row < height; row++) {
        double up = (horizon - row - 0.5) / focal;
        double heightM = CAMERA_HEIGHT_M + up * depth;
        int rgb;
        if (heightM < 0) {
          double distance = -CAMERA_HEIGHT_M / up / forward;
          rgb = ground(pose.xM() + distance * dx, pose.yM() + distance * dy);
        } else if (heightM < wall[1]) {
          rgb = facade((int) wall[2], wall[3], heightM, depth);
        } else {
          rgb = rgb(0.55 + 0.3 * row / height, 0.7 + 0.2 * row / height, 0.95, 1);
        }
        image.setRGB(column, row, rgb);
      }
    }
    return image;
  }

  /** Distance, height, block number and place along the wall. */
  private double[] hit(double x, double y, double dx, double dy) {
    double distance = 0;
    int cellX = (int) Math.floor(x / CELL_M);
    int cellY = (int) Math.floor(y / CELL_M);
    boolean alongX = true;
    while (distance < 250) {
      double px = x + distance * dx;
      double py = y + distance * dy;
      double toX = ((dx > 0 ? cellX + 1 : cellX) * CELL_M - px) / (dx == 0 ? 1e-9 : dx);
      double toY = ((dy > 0 ? cellY + 1 : cellY) * CELL_M - py) / (dy == 0 ? 1e-9 : dy);
      if (toX < toY) {
        distance += toX;
        cellX += dx > 0 ? 1 : -1;
        alongX = false;
      } else {
        distance += toY;
        cellY += dy > 0 ? 1 : -1;
        alongX = true;
      }
      if (Math.floorMod(cellX, STREET_EVERY) != 0 && Math.floorMod(cellY, STREET_EVERY) != 0) {
        int block = (int) (hash(cellX, cellY) >>> 40);
        double along = alongX ? x + distance * dx : y + distance * dy;
        return new double[] {distance, 5 + 15 * unit(block, 1), block, along};
      }
    }
    return new double[] {250, 6, 0, 0};
  }

  private int facade(int block, double along, double heightM, double depth) {
    boolean window =
        Math.floorMod((long) Math.floor(along), 3) == 1
            && Math.floorMod((long) Math.floor(heightM), 3) == 1;
    double shade = (window ? 0.45 : 1) / (1 + depth / 150);
    return rgb(unit(block, 2), unit(block, 3), unit(block, 4), shade);
  }

  private int ground(double x, double y) {
    double laneX =
        Math.abs(Math.floorMod((long) Math.floor(x / 0.25), (long) (BLOCK_M / 0.25)) * 0.25 - 4);
    double laneY =
        Math.abs(Math.floorMod((long) Math.floor(y / 0.25), (long) (BLOCK_M / 0.25)) * 0.25 - 4);
    boolean dashX = laneX < 0.3 && Math.floorMod((long) Math.floor(y / 3), 2L) == 0;
    boolean dashY = laneY < 0.3 && Math.floorMod((long) Math.floor(x / 3), 2L) == 0;
    if (dashX || dashY) {
      return rgb(0.95, 0.95, 0.9, 1);
    }
    double grain =
        0.3 + 0.15 * unit((int) (hash((int) Math.floor(x), (int) Math.floor(y)) >>> 40), 5);
    return rgb(grain, grain, grain, 1);
  }

  private long hash(int a, int b) {
    long z = world + a * 0xD1B54A32D192ED03L + b * 0xABC98388FB8FAC03L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static double unit(int block, int salt) {
    long z = (block * 31L + salt) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 29)) * 0xBF58476D1CE4E5B9L;
    return ((z ^ (z >>> 32)) >>> 11) * 0x1p-53;
  }

  private static int rgb(double red, double green, double blue, double shade) {
    int r = (int) (255 * Math.min(1, red * shade));
    int g = (int) (255 * Math.min(1, green * shade));
    int b = (int) (255 * Math.min(1, blue * shade));
    return r << 16 | g << 8 | b;
  }
}
