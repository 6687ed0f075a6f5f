package io.drivedistill.navsim.score;

/**
 * Scores one simulated row against the objects and the road (SPEC-pdms section 15). Holds scratch
 * space; one per thread.
 *
 * <p>Angles are compared by their cosine. As in the official code the cosine is not clamped: where
 * rounding lifts it above 1 an object counts as neither ahead nor behind (SPEC-pdms 18.10).
 */
final class RowJudge {
  private static final double STOPPED_MPS = 0.05;
  private static final double TTC_STOPPED_MPS = 0.005;
  private static final double COS_AHEAD = StrictMath.cos(StrictMath.toRadians(30));
  private static final double COS_BEHIND = StrictMath.cos(StrictMath.toRadians(150));
  private static final double EGO_RADIUS =
      Boxes.length(Vehicle.HALF_LENGTH, Vehicle.HALF_WIDTH) + 1e-6;
  private static final int[] LOOK_AHEAD = {0, 3, 6, 9};
  private static final int DIRECTION_WINDOW = 10;
  private static final double LANE_DEVIATION_M = 0.5;
  private static final int LANE_DEVIATION_STEPS = 20;

  private final double[] boxes = new double[States.STEPS * Boxes.WIDTH];
  private final double[] cos = new double[States.STEPS];
  private final double[] sin = new double[States.STEPS];
  private final double[] speed = new double[States.STEPS];
  private final Rules rules;
  private final ComfortRule comfort;
  private boolean[] ignored = new boolean[0];
  private long multipleLanes;
  private long nonDrivable;
  private long oncoming;
  private long inIntersection;

  private double noCollision;
  private int collisionStep;
  private int collisionObject;
  private int ttcStep;
  private int ttcObject;

  RowJudge(Rules rules, ComfortRule comfort) {
    this.rules = rules;
    this.comfort = comfort;
  }

  /** Judges {@code states} of {@code [41 * 11]}. */
  RowResult judge(double[] states, Observation objects, RoadAreas areas, DiscretePath centreline) {
    footprints(states);
    areas(areas);
    collisions(states, objects);
    timeToCollision(states, objects, areas);
    int last = (States.STEPS - 1) * Boxes.WIDTH + Boxes.CENTRE;
    double progress =
        centreline.project(boxes[last], boxes[last + 1])
            - centreline.project(boxes[Boxes.CENTRE], boxes[Boxes.CENTRE + 1]);
    return new RowResult(
        noCollision,
        nonDrivable == 0 ? 1 : 0,
        direction(),
        Math.max(0, progress),
        ttcStep < 0 ? 1 : 0,
        comfort.judge(states),
        rules == Rules.EPDMS_V2 ? trafficLight(objects) : 1,
        rules == Rules.EPDMS_V2 ? laneKeeping(centreline) : 1,
        collisionStep,
        collisionObject,
        ttcStep,
        ttcObject,
        multipleLanes,
        nonDrivable,
        oncoming);
  }

  private void footprints(double[] states) {
    for (int i = 0; i < States.STEPS; i++) {
      int at = i * States.WIDTH;
      cos[i] = StrictMath.cos(states[at + States.HEADING]);
      sin[i] = StrictMath.sin(states[at + States.HEADING]);
      speed[i] = Boxes.length(states[at + States.VX], states[at + States.VY]);
      Boxes.ego(
          states[at + States.X], states[at + States.Y], cos[i], sin[i], boxes, i * Boxes.WIDTH);
    }
  }

  private void areas(RoadAreas areas) {
    multipleLanes = 0;
    nonDrivable = 0;
    oncoming = 0;
    inIntersection = 0;
    for (int i = 0; i < States.STEPS; i++) {
      int at = i * Boxes.WIDTH;
      multipleLanes |= areas.inMultipleLanes(boxes, at) ? 1L << i : 0;
      nonDrivable |= areas.leavesRoad(boxes, at) ? 1L << i : 0;
      double x = boxes[at + Boxes.CENTRE];
      double y = boxes[at + Boxes.CENTRE + 1];
      oncoming |= areas.offRoute(x, y) ? 1L << i : 0;
      if (rules == Rules.EPDMS_V2) {
        inIntersection |= areas.inIntersection(x, y) ? 1L << i : 0;
      }
    }
  }

  private boolean[] freshIgnored(Observation objects) {
    if (ignored.length < objects.objects()) {
      ignored = new boolean[objects.objects()];
    }
    System.arraycopy(objects.ignored(), 0, ignored, 0, objects.objects());
    return ignored;
  }

  private void collisions(double[] states, Observation objects) {
    boolean[] skip = freshIgnored(objects);
    noCollision = 1;
    collisionStep = -1;
    collisionObject = -1;
    for (int i = 0; i < States.STEPS; i++) {
      int map = objects.map(i);
      int[] members = objects.members()[map];
      double[] others = objects.boxes()[map];
      int ego = i * Boxes.WIDTH;
      for (int k = 0; k < members.length; k++) {
        int object = members[k];
        int other = k * Boxes.WIDTH;
        if (skip[object] || !near(ego, 0, 0, others, other, objects.radius()[object])) {
          continue;
        }
        if (!Boxes.meet(boxes, ego, 0, 0, others, other)) {
          continue;
        }
        if (!atFault(states, i, objects, object, others, other)) {
          skip[object] = true;
          continue;
        }
        noCollision = Math.min(noCollision, objects.agent()[object] ? 0 : 0.5);
        if (collisionStep < 0) {
          collisionStep = i;
          collisionObject = object;
        }
      }
    }
  }

  private boolean atFault(
      double[] states, int i, Observation objects, int object, double[] others, int other) {
    if (speed[i] <= STOPPED_MPS) {
      return false;
    }
    if (objects.speed()[object] <= STOPPED_MPS) {
      return true;
    }
    double cosine = cosine(states, i, others, other);
    if (cosine < COS_BEHIND && cosine >= -1) {
      return false;
    }
    int ego = i * Boxes.WIDTH;
    boolean front =
        Boxes.segmentMeets(
            boxes[ego], boxes[ego + 1], boxes[ego + 6], boxes[ego + 7], others, other);
    return front || straddles(i);
  }

  /** In multiple lanes or off the drivable area. */
  private boolean straddles(int i) {
    return ((multipleLanes | nonDrivable) >>> i & 1) != 0;
  }

  private void timeToCollision(double[] states, Observation objects, RoadAreas areas) {
    boolean[] skip = freshIgnored(objects);
    ttcStep = -1;
    ttcObject = -1;
    for (int i = 0; i <= rules.lastTtcStep(); i++) {
      if (speed[i] < TTC_STOPPED_MPS) {
        continue;
      }
      for (int ahead : LOOK_AHEAD) {
        double way = ahead * States.DT * speed[i];
        look(states, i, i + ahead, way * cos[i], way * sin[i], objects, areas, skip);
      }
    }
  }

  private void look(
      double[] states,
      int i,
      int at,
      double dx,
      double dy,
      Observation objects,
      RoadAreas areas,
      boolean[] skip) {
    int map = objects.map(at);
    int[] members = objects.members()[map];
    double[] others = objects.boxes()[map];
    int ego = i * Boxes.WIDTH;
    for (int k = 0; k < members.length; k++) {
      int object = members[k];
      int other = k * Boxes.WIDTH;
      if (skip[object]
          || !near(ego, dx, dy, others, other, objects.radius()[object])
          || !Boxes.meet(boxes, ego, dx, dy, others, other)) {
        continue;
      }
      double cosine = cosine(states, i, others, other);
      boolean infraction = cosine > COS_AHEAD && cosine <= 1;
      if (!infraction && !(cosine < COS_BEHIND && cosine >= -1)) {
        infraction =
            straddles(i)
                || areas.inIntersection(
                    states[i * States.WIDTH + States.X], states[i * States.WIDTH + States.Y]);
      }
      if (!infraction) {
        skip[object] = true;
      } else if (ttcStep < 0) {
        ttcStep = i;
        ttcObject = object;
      }
    }
  }

  private boolean near(int ego, double dx, double dy, double[] others, int other, double radius) {
    double x = others[other + Boxes.CENTRE] - boxes[ego + Boxes.CENTRE] - dx;
    double y = others[other + Boxes.CENTRE + 1] - boxes[ego + Boxes.CENTRE + 1] - dy;
    double reach = radius + EGO_RADIUS;
    return x * x + y * y <= reach * reach;
  }

  /** Cosine between the ego's heading and the way from its rear axle to an object. */
  private double cosine(double[] states, int i, double[] others, int other) {
    double x = others[other + Boxes.CENTRE] - states[i * States.WIDTH + States.X];
    double y = others[other + Boxes.CENTRE + 1] - states[i * States.WIDTH + States.Y];
    double length = Boxes.length(x, y);
    return cos[i] * (x / length) + sin[i] * (y / length);
  }

  private double direction() {
    long counted = oncoming & ~inIntersection;
    if (counted == 0) {
      return 1;
    }
    double most = 0;
    for (int k = 0; k < States.STEPS; k++) {
      double sum = 0;
      for (int j = Math.max(1, k - DIRECTION_WINDOW); j <= k; j++) {
        if ((counted >>> j & 1) != 0) {
          int at = j * Boxes.WIDTH + Boxes.CENTRE;
          sum +=
              Boxes.length(
                  boxes[at] - boxes[at - Boxes.WIDTH], boxes[at + 1] - boxes[at + 1 - Boxes.WIDTH]);
        }
      }
      most = Math.max(most, sum);
    }
    return most < 2 ? 1 : most < 6 ? 0.5 : 0;
  }

  /** 0 if the footprint touches a lane connector while it is closed (SPEC-pdms section 20). */
  private double trafficLight(Observation objects) {
    for (int light = 0; light < objects.redLights().length; light++) {
      for (int i = 0; i < States.STEPS; i++) {
        if ((objects.redSteps()[light] >>> i & 1) != 0
            && objects.redLights()[light].meetsBox(boxes, i * Boxes.WIDTH)) {
          return 0;
        }
      }
    }
    return 1;
  }

  /** 0 after 20 steps in a row beside the centre line; intersections are skipped. */
  private double laneKeeping(DiscretePath centreline) {
    int beside = 0;
    for (int i = 0; i < States.STEPS; i++) {
      if ((inIntersection >>> i & 1) != 0) {
        continue;
      }
      int at = i * Boxes.WIDTH + Boxes.CENTRE;
      boolean off = centreline.distance(boxes[at], boxes[at + 1]) > LANE_DEVIATION_M;
      beside = off ? beside + 1 : 0;
      if (beside >= LANE_DEVIATION_STEPS) {
        return 0;
      }
    }
    return 1;
  }
}
