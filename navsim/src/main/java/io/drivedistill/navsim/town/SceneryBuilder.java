package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.town.Scenery.Carpark;
import io.drivedistill.navsim.town.Scenery.Crosswalk;
import io.drivedistill.navsim.town.Scenery.House;
import io.drivedistill.navsim.town.Scenery.Standing;
import io.drivedistill.navsim.town.Scenery.Stop;
import io.drivedistill.navsim.town.Scenery.Tree;
import io.drivedistill.navsim.town.Scenery.Walkway;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Furnishes a road network with walkways, crosswalks, parked cars, work zones, houses and trees.
 */
final class SceneryBuilder {
  static final int[] CAR_COLOURS = {
    0xf2f2f2, 0x202226, 0x8d9297, 0xb5222a, 0x274b8f, 0x3d4a3e, 0xc9c2b0, 0x6b1f24, 0x4f7fae,
    0xd9a441
  };
  private static final int[] WALL_COLOURS = {
    0xc8b59a, 0xa8533f, 0xd8d2c4, 0x8a8f98, 0xb98d62, 0x9c6b52, 0xbfc7cf, 0xd9b382
  };
  private static final int[] ROOF_COLOURS = {0x6b3a2e, 0x4a4a50, 0x7d5a46, 0x5b6168};
  private static final int[] LEAF_COLOURS = {0x3f6b34, 0x4f7a3a, 0x2f5930, 0x6b8040};
  private static final int CONE_RGB = 0xf07818;
  private static final int BARRIER_RGB = 0xe8e0d8;
  private static final int SIGN_RGB = 0xf5a623;

  /** Distance of a crosswalk's near edge from the end of a road. */
  private static final double CROSSWALK_NEAR_M = 5.0;

  private static final double CROSSWALK_FAR_M = 1.6;
  private static final double WALKWAY_WIDTH_M = 2.2;
  private static final double KERB_M = 0.3;
  private static final double PARKING_FROM_END_M = 22;
  private static final double SLOT_M = 6.6;
  private static final double STRAIGHT_RADIUS_M = 70;

  private final RoadNetwork network;
  private final SplittableRandom random;
  private final List<Walkway> walkways = new ArrayList<>();
  private final List<Crosswalk> crosswalks = new ArrayList<>();
  private final List<Carpark> carparks = new ArrayList<>();
  private final List<Standing> standing = new ArrayList<>();
  private final List<House> houses = new ArrayList<>();
  private final List<Tree> trees = new ArrayList<>();

  private SceneryBuilder(RoadNetwork network, SplittableRandom random) {
    this.network = network;
    this.random = random;
  }

  static Scenery build(RoadNetwork network, SplittableRandom random) {
    SceneryBuilder builder = new SceneryBuilder(network, random);
    for (Road road : network.roads) {
      builder.furnish(road);
    }
    for (Junction junction : network.junctions) {
      builder.addCrosswalks(junction);
    }
    builder.addHouses();
    return new Scenery(
        List.copyOf(builder.walkways),
        List.copyOf(builder.crosswalks),
        List.copyOf(builder.carparks),
        List.copyOf(builder.standing),
        List.copyOf(builder.houses),
        List.copyOf(builder.trees));
  }

  private void furnish(Road road) {
    if (road.parkingWidthM() > 0) {
      park(road.center(), road.rightEdgeM(), road.parkingWidthM());
      park(road.center().reversed(), road.leftEdgeM(), road.parkingWidthM());
    }
    if (road.sidewalk()) {
      addWalkway(road.center(), road.rightEdgeM() + road.parkingWidthM());
      addWalkway(road.center().reversed(), road.leftEdgeM() + road.parkingWidthM());
    }
  }

  private void addWalkway(Polyline along, double edge) {
    double from = edge + Road.SHOULDER_M + KERB_M;
    Polyline inner = along.offset(-from);
    Polyline outer = along.offset(-from - WALKWAY_WIDTH_M);
    walkways.add(
        new Walkway(along.offset(-from - WALKWAY_WIDTH_M / 2), new Outline(outer.ringWith(inner))));
  }

  /** Parks cars on the right of a line, with a work zone here and there. */
  private void park(Polyline along, double edge, double width) {
    double length = along.length();
    Polyline part = along.slice(PARKING_FROM_END_M, length - PARKING_FROM_END_M, 2.0);
    carparks.add(
        new Carpark(
            new Outline(part.offset(-edge - width - 0.2).ringWith(part.offset(-edge + 0.05))),
            part.firstHeading()));
    double fill = random.nextDouble(0.25, 0.75);
    for (double s = SLOT_M; s + SLOT_M < part.length(); s += SLOT_M) {
      if (isBent(part, s)) {
        continue;
      }
      if (random.nextDouble() < 0.06 && s + 3 * SLOT_M < part.length()) {
        addWorkZone(part, s, edge, width);
        s += 2 * SLOT_M;
      } else if (random.nextDouble() < fill) {
        double side = edge + 0.6 + width / 2;
        double at = s + random.nextDouble(-0.5, 0.5);
        put(
            part,
            at,
            side,
            ObjectType.VEHICLE,
            random.nextDouble(4.0, 4.9),
            random.nextDouble(1.75, 1.92),
            random.nextDouble(1.4, 1.75),
            CAR_COLOURS[random.nextInt(CAR_COLOURS.length)]);
      }
    }
  }

  /** Curves are kept free of parked cars. */
  private static boolean isBent(Polyline line, double s) {
    double turn =
        line.headingAt(Math.min(line.length(), s + 10)) - line.headingAt(Math.max(0, s - 10));
    return Math.abs(Angles.wrap(turn)) > 20 / STRAIGHT_RADIUS_M;
  }

  private void addWorkZone(Polyline line, double from, double edge, double width) {
    double to = from + 1.6 * SLOT_M;
    for (double s = from; s < to; s += 2.2) {
      put(line, s, edge + 0.9, ObjectType.TRAFFIC_CONE, 0.4, 0.4, 0.8, CONE_RGB);
    }
    put(line, to - 2, edge + width / 2 + 0.3, ObjectType.BARRIER, 0.4, 1.8, 1.0, BARRIER_RGB);
    put(line, from - 1.2, edge + width / 2 + 0.3, ObjectType.CZONE_SIGN, 0.2, 0.9, 1.7, SIGN_RGB);
    put(line, to - 5, edge + width / 2 + 0.3, ObjectType.GENERIC_OBJECT, 1.5, 1.0, 1.1, 0x8a7a5a);
  }

  private void put(
      Polyline line,
      double s,
      double right,
      ObjectType type,
      double length,
      double width,
      double height,
      int rgb) {
    double heading = line.headingAt(s);
    standing.add(
        new Standing(
            type,
            line.xAt(s) + right * Math.sin(heading),
            line.yAt(s) - right * Math.cos(heading),
            heading + random.nextDouble(-0.03, 0.03),
            length,
            width,
            height,
            rgb));
  }

  private void addCrosswalks(Junction junction) {
    for (Junction.Arm arm : junction.arms) {
      Roadblock any = arm.incoming() != null ? arm.incoming() : arm.outgoing();
      Road road = any.road;
      boolean atStart =
          Math.hypot(road.center().x(0) - arm.x(), road.center().y(0) - arm.y()) < 0.01;
      boolean wanted = atStart ? road.crosswalkAtStart() : road.crosswalkAtEnd();
      if (!wanted || road.oneWay()) {
        continue;
      }
      double middle = (CROSSWALK_NEAR_M + CROSSWALK_FAR_M) / 2;
      double left = arm.leftM() + KERB_M + WALKWAY_WIDTH_M / 2;
      double right = arm.rightM() + KERB_M + WALKWAY_WIDTH_M / 2;
      double[] a = arm.beside(left, middle);
      double[] b = arm.beside(-right, middle);
      double[][] polygon = {
        arm.beside(arm.leftM(), CROSSWALK_FAR_M),
        arm.beside(-arm.rightM(), CROSSWALK_FAR_M),
        arm.beside(-arm.rightM(), CROSSWALK_NEAR_M),
        arm.beside(arm.leftM(), CROSSWALK_NEAR_M),
        arm.beside(arm.leftM(), CROSSWALK_FAR_M)
      };
      List<Stop> stops = new ArrayList<>();
      for (Lane lane : arm.incoming().lanes) {
        stops.add(new Stop(lane, lane.length() - CROSSWALK_NEAR_M));
      }
      List<Stop> exits = new ArrayList<>();
      for (Lane lane : arm.outgoing().lanes) {
        exits.add(new Stop(lane, CROSSWALK_FAR_M));
      }
      crosswalks.add(
          new Crosswalk(
              Polyline.of(new double[] {a[0], b[0]}, new double[] {a[1], b[1]}),
              new Outline(polygon),
              junction,
              stops,
              exits));
    }
  }

  private void addHouses() {
    for (Road road : network.roads) {
      if (road.sidewalk()) {
        double edge = road.parkingWidthM() + Road.SHOULDER_M + KERB_M + WALKWAY_WIDTH_M;
        addHouses(road.center(), road.rightEdgeM() + edge);
        addHouses(road.center().reversed(), road.leftEdgeM() + edge);
      } else if (road.center().length() > 60) {
        addTrees(road.center(), road.rightEdgeM() + 5);
        addTrees(road.center().reversed(), road.leftEdgeM() + 5);
      }
    }
  }

  private void addTrees(Polyline along, double edge) {
    for (double s = 8; s < along.length() - 8; s += random.nextDouble(9, 22)) {
      addTree(along, s, edge + random.nextDouble(0, 9));
    }
  }

  private void addHouses(Polyline along, double edge) {
    double s = 4;
    while (s < along.length() - 4) {
      if (random.nextDouble() < 0.35) {
        addTree(along, s + 2, edge + random.nextDouble(1.2, 3.5));
        s += random.nextDouble(5, 9);
        continue;
      }
      double length = random.nextDouble(8, 18);
      double width = random.nextDouble(7, 12);
      double middle = s + length / 2;
      double heading = along.headingAt(middle);
      double right = edge + random.nextDouble(2.5, 7) + width / 2;
      House house =
          new House(
              along.xAt(middle) + right * Math.sin(heading),
              along.yAt(middle) - right * Math.cos(heading),
              heading,
              length,
              width,
              random.nextDouble(4, 11),
              WALL_COLOURS[random.nextInt(WALL_COLOURS.length)],
              ROOF_COLOURS[random.nextInt(ROOF_COLOURS.length)]);
      double radius = Math.hypot(length, width) / 2;
      if (isFree(house.x(), house.y(), radius + 1, radius)) {
        houses.add(house);
      }
      s += length + random.nextDouble(2, 14);
    }
  }

  private void addTree(Polyline along, double s, double right) {
    double heading = along.headingAt(s);
    double x = along.xAt(s) + right * Math.sin(heading);
    double y = along.yAt(s) - right * Math.cos(heading);
    double radius = random.nextDouble(1.2, 2.4);
    if (isFree(x, y, 4, radius)) {
      trees.add(
          new Tree(
              x,
              y,
              radius,
              random.nextDouble(4.5, 8),
              LEAF_COLOURS[random.nextInt(LEAF_COLOURS.length)]));
    }
  }

  /** Whether a disc lies off every road, junction, house and walkway. */
  private boolean isFree(double x, double y, double fromPaved, double fromHouses) {
    for (Road road : network.roads) {
      double reach =
          Math.max(road.leftEdgeM(), road.rightEdgeM())
              + (road.sidewalk() ? road.parkingWidthM() + 3.2 : 1)
              + (fromPaved > 4.5 ? fromPaved * 0.75 : 0.4);
      Polyline line = road.center();
      for (int i = 0; i < line.size(); i += 2) {
        if (Math.hypot(line.x(i) - x, line.y(i) - y) < reach) {
          return false;
        }
      }
    }
    for (Junction junction : network.junctions) {
      for (double[] corner : junction.polygon) {
        if (Math.hypot(corner[0] - x, corner[1] - y) < fromPaved * 0.75 + 2.5) {
          return false;
        }
      }
      for (Lane connector : junction.connectors) {
        if (Math.hypot(connector.baseline.xAt(8) - x, connector.baseline.yAt(8) - y)
            < fromPaved + 5) {
          return false;
        }
      }
    }
    for (House house : houses) {
      if (Math.hypot(house.x() - x, house.y() - y)
          < fromHouses * 0.8 + Math.hypot(house.lengthM(), house.widthM()) * 0.4) {
        return false;
      }
    }
    return true;
  }
}
