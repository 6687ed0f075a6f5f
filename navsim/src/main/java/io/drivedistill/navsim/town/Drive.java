package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.DrivingCommand;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.town.Scenery.Standing;
import io.drivedistill.navsim.town.Snapshot.Body;
import io.drivedistill.navsim.town.Snapshot.EgoState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One drive of the expert through a town: the traffic is simulated, then seen at 2 Hz. */
final class Drive {
  private static final int STEPS_PER_FRAME = 5;
  private static final double WARM_UP_S = 9;

  /** Frames that are simulated in addition, to choose from. */
  private static final int SPARE_FRAMES = 60;

  private static final double SEEN_M = 85;
  private static final int FRAMES_PER_ROUTE = 40;
  private static final double ROUTE_AHEAD_M = 160;
  private static final double COMMAND_AHEAD_M = 22;
  private static final double COMMAND_SIDE_M = 2.0;
  private static final double COMMAND_TURN_M = 32;
  private static final double COMMAND_TURN_S = 4;

  private final Town town;
  private final Traffic traffic;
  private final int frames;

  private Drive(Town town, Traffic traffic, int frames) {
    this.town = town;
    this.traffic = traffic;
    this.frames = frames;
  }

  /** What the ego did at the time of a frame; others are kept as bodies. */
  private record Moment(
      double timeS,
      int pathIndex,
      double arcLengthM,
      double speed,
      double acceleration,
      List<Body> bodies) {}

  /** Simulates a drive and keeps its most eventful stretch. */
  static List<Snapshot> of(Town town, int frames, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Drive(town, Population.populate(town, random), frames).run();
  }

  private List<Snapshot> run() {
    for (int k = 0; k < WARM_UP_S / Traffic.STEP_S; k++) {
      traffic.step();
    }
    Vehicle ego = traffic.ego();
    List<Moment> moments = new ArrayList<>();
    for (int k = 0; k < frames + SPARE_FRAMES; k++) {
      moments.add(
          new Moment(
              traffic.timeS(),
              ego.pathIndex,
              ego.arcLengthM,
              ego.speedMps,
              ego.accelerationMps2,
              bodies(ego)));
      for (int i = 0; i < STEPS_PER_FRAME; i++) {
        traffic.step();
      }
    }
    ego.extendPath(ROUTE_AHEAD_M + 60);
    DrivenPath path = new DrivenPath(ego.path);
    int first = mostEventful(path, moments);
    List<Moment> kept = moments.subList(first, first + frames);
    List<Snapshot> snapshots = new ArrayList<>();
    for (int k = 0; k < frames; k++) {
      snapshots.add(snapshot(path, kept, k));
    }
    return snapshots;
  }

  /** Start of the stretch with the most turning, braking and speeding up. */
  private int mostEventful(DrivenPath path, List<Moment> moments) {
    double[] events = new double[moments.size()];
    for (int k = 1; k < events.length; k++) {
      Moment before = moments.get(k - 1);
      Moment now = moments.get(k);
      double turn =
          Angles.wrap(
              path.headingAt(path.distance(now.pathIndex(), now.arcLengthM()))
                  - path.headingAt(path.distance(before.pathIndex(), before.arcLengthM())));
      double moving = now.speed() > 0.3 ? 0.15 : 0;
      events[k] =
          events[k - 1] + Math.abs(turn) + 0.1 * Math.abs(now.speed() - before.speed()) + moving;
    }
    int best = 0;
    for (int k = 1; k + frames <= events.length; k++) {
      if (events[k + frames - 1] - events[k] > events[best + frames - 1] - events[best]) {
        best = k;
      }
    }
    return best;
  }

  private Snapshot snapshot(DrivenPath path, List<Moment> moments, int index) {
    Moment moment = moments.get(index);
    double at = path.distance(moment.pathIndex(), moment.arcLengthM());
    double[] position = path.positionAt(at);
    double speed = moment.speed() * path.stretchAt(at);
    double reach = Math.max(0.2, moment.speed() * 0.1);
    double turn = Angles.wrap(path.headingAt(at + reach) - path.headingAt(at - reach));
    EgoState ego =
        new EgoState(
            position[0],
            position[1],
            path.headingAt(at),
            speed,
            moment.acceleration(),
            turn / (2 * reach) * moment.speed());
    int chunk = index / FRAMES_PER_ROUTE * FRAMES_PER_ROUTE;
    Moment first = moments.get(chunk);
    Moment last = moments.get(Math.min(moments.size() - 1, chunk + FRAMES_PER_ROUTE - 1));
    return new Snapshot(
        moment.timeS(),
        ego,
        moment.bodies(),
        route(path, first, last),
        command(path, at, moment.speed(), ego));
  }

  private static List<Roadblock> route(DrivenPath path, Moment first, Moment last) {
    List<Roadblock> blocks = new ArrayList<>();
    double end = path.distance(last.pathIndex(), last.arcLengthM()) + ROUTE_AHEAD_M;
    for (int i = first.pathIndex(); i < path.size() && path.start(i) < end; i++) {
      blocks.add(path.lane(i).block);
    }
    return blocks;
  }

  /** The turn at the next junction when it is near, else where the road leads. */
  private static DrivingCommand command(DrivenPath path, double at, double speed, EgoState ego) {
    double ahead = Math.max(COMMAND_TURN_M, COMMAND_TURN_S * speed);
    for (int i = path.indexAt(at); i < path.size() && path.start(i) < at + ahead; i++) {
      Lane lane = path.lane(i);
      boolean nearlyDone = path.start(i) + lane.length() - at < 3;
      if (lane.isConnector() && !nearlyDone && lane.turn != Lane.Turn.STRAIGHT) {
        return lane.turn == Lane.Turn.LEFT ? DrivingCommand.LEFT : DrivingCommand.RIGHT;
      }
    }
    double[] point = path.positionAt(at + COMMAND_AHEAD_M);
    double dx = point[0] - ego.x();
    double dy = point[1] - ego.y();
    double left = -dx * Math.sin(ego.headingRad()) + dy * Math.cos(ego.headingRad());
    if (Math.abs(left) < COMMAND_SIDE_M) {
      return DrivingCommand.STRAIGHT;
    }
    return left > 0 ? DrivingCommand.LEFT : DrivingCommand.RIGHT;
  }

  private List<Body> bodies(Vehicle ego) {
    double x = ego.x();
    double y = ego.y();
    List<Body> bodies = new ArrayList<>();
    for (Vehicle vehicle : traffic.vehicles()) {
      if (vehicle != ego && isNear(vehicle.x(), vehicle.y(), x, y)) {
        bodies.add(body(vehicle));
      }
    }
    for (Pedestrian pedestrian : traffic.pedestrians()) {
      if (isNear(pedestrian.x(), pedestrian.y(), x, y)) {
        bodies.add(
            new Body(
                pedestrian.number,
                ObjectType.PEDESTRIAN,
                pedestrian.x(),
                pedestrian.y(),
                pedestrian.headingRad(),
                0.6,
                0.65,
                1.75,
                pedestrian.speedMps(),
                pedestrian.rgb,
                false));
      }
    }
    int track = 10_000;
    for (Standing standing : town.scenery().standing()) {
      track++;
      if (isNear(standing.x(), standing.y(), x, y)) {
        bodies.add(
            new Body(
                track,
                standing.type(),
                standing.x(),
                standing.y(),
                standing.headingRad(),
                standing.lengthM(),
                standing.widthM(),
                standing.heightM(),
                0,
                standing.rgb(),
                false));
      }
    }
    return List.copyOf(bodies);
  }

  private static Body body(Vehicle vehicle) {
    double heading = vehicle.headingRad();
    double ahead = vehicle.centerAheadM();
    Vehicle.Build build = vehicle.build;
    return new Body(
        vehicle.number,
        build.type(),
        vehicle.x() + ahead * Math.cos(heading),
        vehicle.y() + ahead * Math.sin(heading),
        heading,
        build.lengthM(),
        build.widthM(),
        build.heightM(),
        vehicle.speedMps,
        build.rgb(),
        vehicle.isBraking());
  }

  private static boolean isNear(double x, double y, double egoX, double egoY) {
    return Math.hypot(x - egoX, y - egoY) < SEEN_M;
  }
}
