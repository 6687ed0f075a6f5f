package io.drivedistill.navsim.score;

import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.log.TrafficLight;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.score.ReplayObserver.Sighting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.index.ItemVisitor;
import org.locationtech.jts.index.strtree.STRtree;

/**
 * What the reference planner expects of the traffic: every agent keeps its velocity, red lights on
 * the route stay red (SPEC-pdms 11.1). Maps are 0.2 s apart. Immutable.
 */
final class Forecast {
  static final int MAPS = 26;
  static final int STEPS_PER_MAP = 2;
  private static final double RANGE_M = 100;
  private static final int NODE_CAPACITY = 10;
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  private final Observation observation;
  private final double[] heading;
  private final List<RedLight> redLights;

  /** A lane connector that is closed; {@code ignored} if the ego stands in it already. */
  record RedLight(
      String token, AreaPolygon polygon, double centroidX, double centroidY, boolean ignored) {}

  private Forecast(Observation observation, double[] heading, List<RedLight> redLights) {
    this.observation = observation;
    this.heading = heading;
    this.redLights = redLights;
  }

  static Forecast of(Frame frame, EgoStart ego, Route route) {
    List<Sighting> objects = nearest(frame, ego);
    int n = objects.size();
    double[] footprint = ego.footprint();
    String[] tokens = new String[n];
    boolean[] agent = new boolean[n];
    boolean[] ignored = new boolean[n];
    double[] speed = new double[n];
    double[] radius = new double[n];
    double[] heading = new double[n];
    int[] all = new int[n];
    double[][] boxes = new double[MAPS][n * Boxes.WIDTH];
    for (int i = 0; i < n; i++) {
      Sighting object = objects.get(i);
      all[i] = i;
      tokens[i] = object.token();
      agent[i] = object.type().isAgent();
      speed[i] = Boxes.length(object.vx(), object.vy());
      radius[i] = Boxes.length(object.halfLength(), object.halfWidth());
      heading[i] = object.heading();
      double cos = StrictMath.cos(object.heading());
      double sin = StrictMath.sin(object.heading());
      boolean reverses =
          Math.abs(Angles.wrap(object.heading() - StrictMath.atan2(object.vy(), object.vx())))
              >= Math.PI / 2;
      double wayPerS = reverses ? -speed[i] : speed[i];
      for (int m = 0; m < MAPS; m++) {
        double way = agent[i] ? wayPerS * (m * STEPS_PER_MAP * States.DT) : 0;
        Boxes.box(
            object.x() + way * cos,
            object.y() + way * sin,
            cos,
            sin,
            object.halfLength(),
            object.halfWidth(),
            boxes[m],
            i * Boxes.WIDTH);
      }
      ignored[i] = Boxes.meet(footprint, 0, 0, 0, boxes[0], i * Boxes.WIDTH);
    }
    int[][] members = new int[MAPS][];
    Arrays.fill(members, all);
    List<RedLight> lights = redLights(frame, footprint, route);
    long[] always = new long[lights.size()];
    Arrays.fill(always, -1L);
    return new Forecast(
        new Observation(
            STEPS_PER_MAP,
            tokens,
            agent,
            speed,
            radius,
            ignored,
            members,
            boxes,
            lights.stream().map(RedLight::polygon).toArray(AreaPolygon[]::new),
            always),
        heading,
        lights);
  }

  /** The nearest objects of each group: static ones, vehicles, pedestrians, bicycles. */
  private static List<Sighting> nearest(Frame frame, EgoStart ego) {
    double x = ego.centreX();
    double y = ego.centreY();
    List<Sighting> inRange =
        ReplayObserver.sightings(frame, 0).stream()
            .filter(s -> s.type() != ObjectType.EGO)
            .filter(s -> Boxes.length(s.x() - x, s.y() - y) <= RANGE_M)
            .sorted(Comparator.comparingDouble(s -> Boxes.length(s.x() - x, s.y() - y)))
            .toList();
    List<Sighting> kept = new ArrayList<>();
    keep(kept, inRange, s -> !s.type().isAgent(), 50);
    keep(kept, inRange, s -> s.type() == ObjectType.VEHICLE, 50);
    keep(kept, inRange, s -> s.type() == ObjectType.PEDESTRIAN, 25);
    keep(kept, inRange, s -> s.type() == ObjectType.BICYCLE, 10);
    return kept;
  }

  private static void keep(
      List<Sighting> kept, List<Sighting> all, Predicate<Sighting> group, int limit) {
    all.stream().filter(group).limit(limit).forEach(kept::add);
  }

  private static List<RedLight> redLights(Frame frame, double[] footprint, Route route) {
    List<RedLight> lights = new ArrayList<>();
    for (TrafficLight light : frame.trafficLights()) {
      Lane lane = route.lanes().get(String.valueOf(light.laneConnectorId()));
      if (!light.red() || lane == null) {
        continue;
      }
      Coordinate centroid = lane.polygon().getCentroid().getCoordinate();
      lights.add(
          new RedLight(
              "red_light_" + lane.id(),
              AreaPolygon.of(lane.polygon()),
              centroid.x,
              centroid.y,
              lane.polygon().covers(polygon(footprint))));
    }
    return lights;
  }

  private static Geometry polygon(double[] box) {
    return GEOMETRIES.createPolygon(
        new Coordinate[] {
          new Coordinate(box[0], box[1]),
          new Coordinate(box[2], box[3]),
          new Coordinate(box[4], box[5]),
          new Coordinate(box[6], box[7]),
          new Coordinate(box[0], box[1])
        });
  }

  /** The objects without the lights, which never count in a score. */
  Observation observation() {
    return observation;
  }

  /** Heading of an object at the current frame. */
  double heading(int object) {
    return heading[object];
  }

  List<RedLight> redLights() {
    return redLights;
  }

  /** Tokens of map entries, lights last. */
  List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of(observation.tokens()));
    redLights.forEach(light -> tokens.add(light.token()));
    return tokens;
  }

  /**
   * Which of some entries of a map the official code's tree visits first (SPEC-pdms 18.11); lights
   * count on after the objects.
   */
  int firstVisited(int map, Set<Integer> entries) {
    STRtree tree = new STRtree(NODE_CAPACITY);
    double[] boxes = observation.boxes()[map];
    for (int i = 0; i < observation.objects(); i++) {
      Envelope box = new Envelope();
      for (int k = 0; k < Boxes.CENTRE; k += 2) {
        box.expandToInclude(boxes[i * Boxes.WIDTH + k], boxes[i * Boxes.WIDTH + k + 1]);
      }
      tree.insert(box, i);
    }
    for (int i = 0; i < redLights.size(); i++) {
      AreaPolygon p = redLights.get(i).polygon();
      tree.insert(new Envelope(p.minX(), p.maxX(), p.minY(), p.maxY()), observation.objects() + i);
    }
    List<Integer> first = new ArrayList<>();
    ItemVisitor visitor =
        item -> {
          if (first.isEmpty() && entries.contains((Integer) item)) {
            first.add((Integer) item);
          }
        };
    tree.query(
        new Envelope(
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY),
        visitor);
    return first.get(0);
  }
}
