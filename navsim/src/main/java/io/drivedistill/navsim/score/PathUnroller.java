package io.drivedistill.navsim.score;

import io.drivedistill.navsim.score.Forecast.RedLight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.operation.buffer.BufferOp;
import org.locationtech.jts.operation.buffer.BufferParameters;

/**
 * Drives one path with several target speeds, each kept behind the traffic by the Intelligent
 * Driver Model (SPEC-pdms 11.2). Two habits of the official code are kept because they show in
 * every score: the leading state of step 1 is zero, so that every moving ego first brakes; and the
 * vector of the leading state is shared by the policies of a step.
 */
final class PathUnroller {
  static final int STEPS = 51;
  private static final double DT = States.DT;
  private static final double MIN_GAP_M = 1;
  private static final double HEADWAY_S = 1.5;
  private static final double MAX_ACCEL = 1.5;
  private static final double MAX_DECEL = 3;
  private static final double HORIZON_S = 5;
  private static final double GAP_ROOT = 2 * Math.sqrt(MAX_ACCEL * MAX_DECEL);
  private static final int QUADRANT_SEGMENTS = 16;
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  private final DiscretePath path;
  private final Forecast forecast;
  private final double[] targets;
  private final double[][] progress;
  private final double[][] speed;
  private final double[][] poses;

  /** Leading state per policy and step: progress, velocity, rear length. */
  private final double[][] leading;

  private final double[] scratch = new double[3];
  private final double[] egoBox = new double[Boxes.WIDTH];
  private final AreaPolygon corridor;

  /** Projections of objects in the corridor that do not move; NaN where not known yet. */
  private final double[] standing;

  /**
   * Prepares step 0.
   *
   * @param targets target speeds, one per policy
   */
  PathUnroller(DiscretePath path, Forecast forecast, EgoStart ego, double[] targets) {
    this.path = path;
    this.forecast = forecast;
    this.targets = targets.clone();
    progress = new double[targets.length][STEPS];
    speed = new double[targets.length][STEPS];
    poses = new double[targets.length][3 * STEPS];
    leading = new double[targets.length][3 * STEPS];
    double start = path.project(ego.x(), ego.y());
    double fastest = 0;
    for (int p = 0; p < targets.length; p++) {
      progress[p][0] = start;
      speed[p][0] = ego.vx();
      path.interpolate(start, poses[p], 0);
      fastest = Math.max(fastest, targets[p]);
    }
    corridor = AreaPolygon.of(buffer(path.between(start, start + fastest * HORIZON_S)));
    standing = new double[forecast.observation().objects() + forecast.redLights().size()];
    Arrays.fill(standing, Double.NaN);
  }

  private static Geometry buffer(double[] line) {
    Coordinate[] points = new Coordinate[line.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = new Coordinate(line[2 * i], line[2 * i + 1]);
    }
    BufferParameters style =
        new BufferParameters(
            QUADRANT_SEGMENTS,
            BufferParameters.CAP_SQUARE,
            BufferParameters.JOIN_ROUND,
            BufferParameters.DEFAULT_MITRE_LIMIT);
    return BufferOp.bufferOp(GEOMETRIES.createLineString(points), Vehicle.HALF_WIDTH, style);
  }

  /** Drives all policies together from step 1 to a step, included. */
  void unroll(int lastStep) {
    for (int i = 1; i <= lastStep; i++) {
      List<Hit> hits = i % 2 == 0 ? hits(i / 2) : List.of();
      clearScratch();
      for (int p = 0; p < targets.length; p++) {
        step(p, i, hits);
      }
    }
  }

  /** Drives one policy on, from the step after {@code from} to a step, included. */
  void unrollOne(int policy, int from, int to) {
    for (int i = from + 1; i <= to; i++) {
      clearScratch();
      step(policy, i, i % 2 == 0 ? hits(i / 2) : List.of());
    }
  }

  private void clearScratch() {
    Arrays.fill(scratch, 0);
  }

  double[] poses(int policy) {
    return poses[policy];
  }

  double[] progress(int policy) {
    return progress[policy];
  }

  double[] speed(int policy) {
    return speed[policy];
  }

  double[] leading(int policy) {
    return leading[policy];
  }

  /** An entry of a map that meets the corridor; lights count on after the objects. */
  private record Hit(int entry, double progressM) {}

  private List<Hit> hits(int map) {
    Observation objects = forecast.observation();
    double[] boxes = objects.boxes()[map];
    List<Hit> hits = new ArrayList<>();
    for (int i = 0; i < objects.objects(); i++) {
      if (objects.ignored()[i]) {
        continue;
      }
      int at = i * Boxes.WIDTH;
      boolean stands = objects.speed()[i] == 0 || !objects.agent()[i];
      double projected = stands ? standing[i] : Double.NaN;
      if (Double.isNaN(projected)) {
        projected =
            corridor.meetsBox(boxes, at)
                ? path.project(boxes[at + Boxes.CENTRE], boxes[at + Boxes.CENTRE + 1])
                : Double.NEGATIVE_INFINITY;
        standing[i] = projected;
      }
      if (projected > Double.NEGATIVE_INFINITY) {
        hits.add(new Hit(i, projected));
      }
    }
    for (int i = 0; i < forecast.redLights().size(); i++) {
      RedLight light = forecast.redLights().get(i);
      int entry = objects.objects() + i;
      if (!light.ignored()) {
        if (Double.isNaN(standing[entry])) {
          standing[entry] =
              corridor.meets(light.polygon())
                  ? path.project(light.centroidX(), light.centroidY())
                  : Double.NEGATIVE_INFINITY;
        }
        if (standing[entry] > Double.NEGATIVE_INFINITY) {
          hits.add(new Hit(entry, standing[entry]));
        }
      }
    }
    return hits;
  }

  private void step(int p, int i, List<Hit> hits) {
    double[] lead = leading[p];
    if (i % 2 == 0) {
      lead(p, i, hits);
      System.arraycopy(scratch, 0, lead, 3 * i, 3);
    } else {
      System.arraycopy(lead, 3 * (i - 1), lead, 3 * i, 3);
    }
    double s = progress[p][i - 1];
    double v = speed[p][i - 1];
    double leadSpeed = lead[3 * i + 1];
    double wanted = MIN_GAP_M + HEADWAY_S * v + v * (v - leadSpeed) / GAP_ROOT;
    double gap = Math.max(lead[3 * i] - s - lead[3 * i + 2], MIN_GAP_M);
    double ratio = wanted / gap;
    double accel = MAX_ACCEL * (1 - tenthPower(v / targets[p]) - ratio * ratio);
    accel = Math.max(-MAX_DECEL, Math.min(MAX_ACCEL, accel));
    progress[p][i] = s + DT * v;
    speed[p][i] = v + DT * accel;
    path.interpolate(progress[p][i], poses[p], 3 * i);
  }

  private static double tenthPower(double base) {
    double square = base * base;
    double fourth = square * square;
    return fourth * fourth * square;
  }

  /** Writes the leading state into the scratch vector, as far as the case writes it. */
  private void lead(int p, int i, List<Hit> hits) {
    double before = progress[p][i - 1];
    double[] pose = poses[p];
    double heading = pose[3 * i - 1];
    double least = Double.POSITIVE_INFINITY;
    Set<Integer> nearest = new LinkedHashSet<>();
    for (Hit hit : hits) {
      if (!(hit.progressM() > before)) {
        continue;
      }
      if (least == Double.POSITIVE_INFINITY) {
        Boxes.ego(
            pose[3 * i - 3],
            pose[3 * i - 2],
            StrictMath.cos(heading),
            StrictMath.sin(heading),
            egoBox,
            0);
      }
      double distance = distance(hit.entry(), i / 2);
      if (distance < least) {
        least = distance;
        nearest.clear();
      }
      if (distance == least) {
        nearest.add(hit.entry());
      }
    }
    if (nearest.isEmpty()) {
      scratch[0] = path.length();
      scratch[2] = Vehicle.HALF_LENGTH;
      return;
    }
    int entry =
        nearest.size() == 1 ? nearest.iterator().next() : forecast.firstVisited(i / 2, nearest);
    scratch[0] = before + least;
    Observation objects = forecast.observation();
    if (entry < objects.objects()) {
      scratch[1] =
          objects.agent()[entry]
              ? objects.speed()[entry] * StrictMath.cos(forecast.heading(entry) - heading)
              : 0;
    }
  }

  private double distance(int entry, int map) {
    Observation objects = forecast.observation();
    return entry < objects.objects()
        ? Boxes.distance(egoBox, 0, objects.boxes()[map], entry * Boxes.WIDTH)
        : forecast.redLights().get(entry - objects.objects()).polygon().distanceToBox(egoBox, 0);
  }
}
