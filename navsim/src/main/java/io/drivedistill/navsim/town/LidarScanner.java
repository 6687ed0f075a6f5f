package io.drivedistill.navsim.town;

import io.drivedistill.navsim.sensor.PointCloudWriter;
import io.drivedistill.navsim.town.Scenery.House;
import io.drivedistill.navsim.town.Scenery.Tree;
import io.drivedistill.navsim.town.Snapshot.Body;
import io.drivedistill.navsim.town.Snapshot.EgoState;
import java.util.SplittableRandom;

/**
 * A spinning lidar on the roof: casts rays against upright boxes and the ground. All rays of one
 * azimuth meet the boxes at the same planar distances, so these are found once per azimuth. Points
 * are in the ego frame. Buffers are reused; one instance per thread.
 */
final class LidarScanner {
  static final int RINGS = 32;
  private static final double SENSOR_X_M = 1.0;
  private static final double SENSOR_Z_M = 1.85;
  private static final double REACH_M = 75;
  private static final double LOWEST_RAD = Math.toRadians(-23);
  private static final double HIGHEST_RAD = Math.toRadians(5);
  private static final double NOISE_M = 0.02;
  private static final int MOST_HITS = 24;
  private static final float GROUND_INTENSITY = 12;

  private final int columns;
  private final double[] slopes = new double[RINGS];
  private final double[][] hitDistance;
  private final double[][] hitBottom;
  private final double[][] hitTop;
  private final float[][] hitIntensity;
  private final int[] hits;
  private final float[] points;
  private int count;
  private double egoX;
  private double egoY;
  private double cosine;
  private double sine;

  /**
   * @param rays rays per sweep, rounded down to whole azimuths; rays into the sky give no point
   */
  LidarScanner(int rays) {
    this.columns = Math.max(1, rays / RINGS);
    this.hitDistance = new double[columns][MOST_HITS];
    this.hitBottom = new double[columns][MOST_HITS];
    this.hitTop = new double[columns][MOST_HITS];
    this.hitIntensity = new float[columns][MOST_HITS];
    this.hits = new int[columns];
    this.points = new float[columns * RINGS * PointCloudWriter.FIELDS];
    for (int ring = 0; ring < RINGS; ring++) {
      // Denser towards the horizon, where the distances are large.
      double share = (double) ring / (RINGS - 1);
      double bent = 1 - (1 - share) * (1 - share);
      slopes[ring] = Math.tan(LOWEST_RAD + (HIGHEST_RAD - LOWEST_RAD) * bent);
    }
  }

  /** Points of the last scan, rows of {@link PointCloudWriter#FIELDS} values. */
  float[] points() {
    return points;
  }

  /**
   * Scans the surroundings of a frame.
   *
   * @return number of points
   */
  int scan(Snapshot snapshot, Town town, long seed) {
    EgoState ego = snapshot.ego();
    cosine = Math.cos(ego.headingRad());
    sine = Math.sin(ego.headingRad());
    egoX = ego.x();
    egoY = ego.y();
    java.util.Arrays.fill(hits, 0);
    for (Body body : snapshot.bodies()) {
      add(
          body.x(),
          body.y(),
          body.headingRad(),
          body.lengthM(),
          body.widthM(),
          0,
          body.heightM(),
          40 + (body.rgb() >> 8 & 127));
    }
    for (House house : town.scenery().houses()) {
      add(
          house.x(),
          house.y(),
          house.headingRad(),
          house.lengthM(),
          house.widthM(),
          0,
          house.heightM() * 0.85,
          60);
    }
    for (Tree tree : town.scenery().trees()) {
      double r = 1.6 * tree.radiusM();
      add(tree.x(), tree.y(), 0, 0.35, 0.35, 0, tree.heightM() * 0.4, 30);
      add(tree.x(), tree.y(), 0.5, r, r, tree.heightM() * 0.3, tree.heightM(), 25);
    }
    count = 0;
    SplittableRandom noise = new SplittableRandom(seed);
    for (int column = 0; column < columns; column++) {
      cast(column, noise);
    }
    return count;
  }

  /** Notes where the rays of each azimuth enter an upright box. */
  private void add(
      double x,
      double y,
      double headingRad,
      double length,
      double width,
      double bottom,
      double top,
      float intensity) {
    double dx = x - egoX;
    double dy = y - egoY;
    double ahead = dx * cosine + dy * sine - SENSOR_X_M;
    double left = -dx * sine + dy * cosine;
    double distance = Math.hypot(ahead, left);
    double radius = 0.5 * Math.hypot(length, width);
    if (distance - radius > REACH_M || distance < radius) {
      return;
    }
    double bearing = Math.atan2(left, ahead);
    double half = Math.asin(Math.min(1, radius / distance));
    double perColumn = 2 * Math.PI / columns;
    int first = (int) Math.ceil((bearing - half) / perColumn);
    int last = (int) Math.floor((bearing + half) / perColumn);
    double relative = headingRad - Math.atan2(sine, cosine);
    double c = Math.cos(relative);
    double s = Math.sin(relative);
    double originX = -(ahead * c + left * s);
    double originY = ahead * s - left * c;
    for (int k = first; k <= last; k++) {
      double angle = k * perColumn - relative;
      double t = entry(originX, originY, Math.cos(angle), Math.sin(angle), length / 2, width / 2);
      int column = Math.floorMod(k, columns);
      if (t > 0 && t < REACH_M && hits[column] < MOST_HITS) {
        insert(column, t, bottom, top, intensity);
      }
    }
  }

  /** Distance at which a ray enters a centred rectangle, negative if it passes by. */
  private static double entry(
      double x, double y, double dx, double dy, double halfLength, double halfWidth) {
    double ix = 1 / dx;
    double iy = 1 / dy;
    double x1 = (-halfLength - x) * ix;
    double x2 = (halfLength - x) * ix;
    double y1 = (-halfWidth - y) * iy;
    double y2 = (halfWidth - y) * iy;
    double enter = Math.max(Math.min(x1, x2), Math.min(y1, y2));
    double leave = Math.min(Math.max(x1, x2), Math.max(y1, y2));
    return enter <= leave ? enter : -1;
  }

  private void insert(int column, double t, double bottom, double top, float intensity) {
    int at = hits[column]++;
    double[] distances = hitDistance[column];
    while (at > 0 && distances[at - 1] > t) {
      distances[at] = distances[at - 1];
      hitBottom[column][at] = hitBottom[column][at - 1];
      hitTop[column][at] = hitTop[column][at - 1];
      hitIntensity[column][at] = hitIntensity[column][at - 1];
      at--;
    }
    distances[at] = t;
    hitBottom[column][at] = bottom;
    hitTop[column][at] = top;
    hitIntensity[column][at] = intensity;
  }

  private void cast(int column, SplittableRandom noise) {
    double angle = column * 2 * Math.PI / columns;
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    for (int ring = 0; ring < RINGS; ring++) {
      double slope = slopes[ring];
      double reach = slope < 0 ? Math.min(REACH_M, -SENSOR_Z_M / slope) : REACH_M;
      double range = reach < REACH_M ? reach : -1;
      float intensity = GROUND_INTENSITY;
      for (int k = 0; k < hits[column] && hitDistance[column][k] < reach; k++) {
        double z = SENSOR_Z_M + slope * hitDistance[column][k];
        if (z >= hitBottom[column][k] && z <= hitTop[column][k]) {
          range = hitDistance[column][k];
          intensity = hitIntensity[column][k];
          break;
        }
      }
      if (range > 0) {
        double noisy = range + NOISE_M * (noise.nextDouble() + noise.nextDouble() - 1);
        put(SENSOR_X_M + noisy * c, noisy * s, SENSOR_Z_M + noisy * slope, intensity, ring);
      }
    }
  }

  private void put(double x, double y, double z, float intensity, int ring) {
    int at = count++ * PointCloudWriter.FIELDS;
    points[at] = (float) x;
    points[at + 1] = (float) y;
    points[at + 2] = (float) z;
    points[at + 3] = intensity;
    points[at + 4] = ring;
    points[at + 5] = 0;
  }
}
