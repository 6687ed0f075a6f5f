package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.algorithm.locate.SimplePointInAreaLocator;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Location;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.linearref.LengthIndexedLine;

/** The primitive geometry against JTS, on random shapes at UTM coordinates. */
class GeometryTest {
  private static final long SEED = 21;
  private static final int TRIALS = 2000;
  private static final double EAST = 664_338;
  private static final double NORTH = 3_996_344;
  private static final GeometryFactory JTS = new GeometryFactory();

  private final SplittableRandom random = new SplittableRandom(SEED);

  private double[] box() {
    double heading = random.nextDouble(-4, 4);
    double[] box = new double[Boxes.WIDTH];
    Boxes.box(
        EAST + random.nextDouble(-8, 8),
        NORTH + random.nextDouble(-8, 8),
        StrictMath.cos(heading),
        StrictMath.sin(heading),
        random.nextDouble(0.2, 5),
        random.nextDouble(0.2, 2),
        box,
        0);
    return box;
  }

  private static Polygon polygon(double[] box) {
    return JTS.createPolygon(
        new Coordinate[] {
          new Coordinate(box[0], box[1]),
          new Coordinate(box[2], box[3]),
          new Coordinate(box[4], box[5]),
          new Coordinate(box[6], box[7]),
          new Coordinate(box[0], box[1])
        });
  }

  /** A star around a centre, with a hole in every second one. */
  private Polygon star(double size) {
    int n = 3 + random.nextInt(40);
    Coordinate[] outer = new Coordinate[n + 1];
    Coordinate[] inner = new Coordinate[n + 1];
    double x = EAST + random.nextDouble(-10, 10);
    double y = NORTH + random.nextDouble(-10, 10);
    for (int i = 0; i < n; i++) {
      double angle = 2 * Math.PI * i / n;
      double radius = size * random.nextDouble(0.4, 1);
      outer[i] =
          new Coordinate(x + radius * StrictMath.cos(angle), y + radius * StrictMath.sin(angle));
      inner[i] =
          new Coordinate(
              x + 0.2 * size * StrictMath.cos(angle), y + 0.2 * size * StrictMath.sin(angle));
    }
    outer[n] = outer[0];
    inner[n] = inner[0];
    LinearRing[] holes =
        random.nextBoolean() ? new LinearRing[] {JTS.createLinearRing(inner)} : new LinearRing[0];
    return JTS.createPolygon(JTS.createLinearRing(outer), holes);
  }

  @Test
  void boxesMeetAndKeepDistanceAsInJts() {
    int met = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      double[] a = box();
      double[] b = box();
      boolean expected = polygon(a).intersects(polygon(b));
      assertThat(Boxes.meet(a, 0, 0, 0, b, 0)).as("seed %d, %d", SEED, trial).isEqualTo(expected);
      assertThat(Boxes.distance(a, 0, b, 0))
          .as("seed %d, %d", SEED, trial)
          .isCloseTo(polygon(a).distance(polygon(b)), within(1e-8));
      LineString front =
          JTS.createLineString(
              new Coordinate[] {new Coordinate(a[0], a[1]), new Coordinate(a[6], a[7])});
      assertThat(Boxes.segmentMeets(a[0], a[1], a[6], a[7], b, 0))
          .as("seed %d, %d", SEED, trial)
          .isEqualTo(front.intersects(polygon(b)));
      met += expected ? 1 : 0;
    }
    assertThat(met).isBetween(TRIALS / 10, TRIALS * 9 / 10);
  }

  @Test
  void polygonsHoldPointsAndMeetBoxesAsInJts() {
    for (int trial = 0; trial < TRIALS; trial++) {
      Polygon star = star(random.nextDouble(2, 20));
      AreaPolygon area = AreaPolygon.of(star);
      double x = EAST + random.nextDouble(-15, 15);
      double y = NORTH + random.nextDouble(-15, 15);
      boolean inside =
          SimplePointInAreaLocator.locate(new Coordinate(x, y), star) == Location.INTERIOR;
      assertThat(area.containsStrictly(x, y)).as("seed %d, %d", SEED, trial).isEqualTo(inside);
      double[] box = box();
      assertThat(area.meetsBox(box, 0))
          .as("seed %d, %d", SEED, trial)
          .isEqualTo(star.intersects(polygon(box)));
      assertThat(area.distanceToBox(box, 0))
          .as("seed %d, %d", SEED, trial)
          .isCloseTo(star.distance(polygon(box)), within(1e-8));
      Polygon other = star(random.nextDouble(2, 8));
      assertThat(area.meets(AreaPolygon.of(other)))
          .as("seed %d, %d", SEED, trial)
          .isEqualTo(star.intersects(other));
    }
  }

  @Test
  void bordersAreOutside() {
    Geometry square = JTS.toGeometry(new Envelope(0, 4, 0, 4));
    AreaPolygon area = AreaPolygon.of(square);
    assertThat(area.containsStrictly(2, 2)).isTrue();
    for (double[] point : new double[][] {{0, 2}, {4, 2}, {2, 0}, {2, 4}, {0, 0}, {4, 4}}) {
      assertThat(area.containsStrictly(point[0], point[1])).isFalse();
      assertThat(area.covers(point[0], point[1])).isTrue();
    }
    assertThat(area.containsStrictly(-1, 4)).isFalse();
    assertThat(area.containsStrictly(Double.NaN, 2)).isFalse();
  }

  @Test
  void everyPartOfAPolygonCounts() {
    Polygon far = (Polygon) JTS.toGeometry(new Envelope(50, 54, 0, 4));
    Polygon within = (Polygon) JTS.toGeometry(new Envelope(1, 2, 1, 2));
    AreaPolygon parts = AreaPolygon.of(JTS.createMultiPolygon(new Polygon[] {far, within}));
    AreaPolygon square = AreaPolygon.of(JTS.toGeometry(new Envelope(0, 10, 0, 10)));
    assertThat(square.meets(parts)).isTrue();
    assertThat(parts.meets(square)).isTrue();
    assertThat(AreaPolygon.of(JTS.toGeometry(new Envelope(20, 30, 0, 10))).meets(parts)).isFalse();
    assertThat(parts.containsStrictly(1.5, 1.5)).isTrue();
    assertThat(parts.containsStrictly(20, 2)).isFalse();
  }

  @Test
  void pathsProjectAsInJts() {
    for (int trial = 0; trial < TRIALS / 4; trial++) {
      int n = 2 + random.nextInt(30);
      double[] x = new double[n];
      double[] y = new double[n];
      double heading = random.nextDouble(-3, 3);
      List<Coordinate> points = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        heading += random.nextDouble(-0.4, 0.4);
        boolean repeated = i > 1 && random.nextInt(8) == 0;
        double step = repeated ? 0 : random.nextDouble(0.5, 3);
        x[i] = (i == 0 ? EAST : x[i - 1]) + step * StrictMath.cos(heading);
        y[i] = (i == 0 ? NORTH : y[i - 1]) + step * StrictMath.sin(heading);
        points.add(new Coordinate(x[i], y[i]));
      }
      DiscretePath path = new DiscretePath(x, y, new double[n]);
      LineString line = JTS.createLineString(points.toArray(Coordinate[]::new));
      double px = EAST + random.nextDouble(-20, 20);
      double py = NORTH + random.nextDouble(-20, 20);
      assertThat(path.length()).isCloseTo(line.getLength(), within(1e-9));
      assertThat(path.project(px, py))
          .as("seed %d, %d", SEED, trial)
          .isCloseTo(new LengthIndexedLine(line).project(new Coordinate(px, py)), within(1e-7));
      assertThat(path.distance(px, py))
          .isCloseTo(line.distance(JTS.createPoint(new Coordinate(px, py))), within(1e-9));
      double at = random.nextDouble(0.01, path.length());
      double[] pose = new double[3];
      path.interpolate(at, pose, 0);
      Coordinate expected = new LengthIndexedLine(line).extractPoint(at);
      assertThat(pose[0]).isCloseTo(expected.x, within(1e-8));
      assertThat(pose[1]).isCloseTo(expected.y, within(1e-8));
    }
  }
}
