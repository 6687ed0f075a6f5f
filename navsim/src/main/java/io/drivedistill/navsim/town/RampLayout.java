package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Arm;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A dual carriageway between two crossings. An exit ramp leads from it to a local road in the
 * south, an entry ramp back; a curved road in the north closes the circle.
 */
final class RampLayout {
  private static final double HALF_M = 290;
  private static final double CROSSING_M = 22;
  private static final double CARRIAGEWAY_Y_M = 7;
  private static final double FAST_MPS = 15.6;
  private static final double RAMP_MPS = 11.176;
  private static final double RAMP_GAP_M = 1.0;
  private static final double TAPER_M = 60;

  private final SplittableRandom random;
  private final RoadNetwork network;

  private RampLayout(SplittableRandom random, RoadNetwork network) {
    this.random = random;
    this.network = network;
  }

  static void build(SplittableRandom random, RoadNetwork network) {
    new RampLayout(random, network).build();
  }

  private void build() {
    int lanes = 2;
    double rampY =
        -CARRIAGEWAY_Y_M
            - lanes * Lane.WIDTH_M / 2
            - 2 * Road.SHOULDER_M
            - RAMP_GAP_M
            - Lane.WIDTH_M / 2;
    double exitX = -random.nextDouble(190, 215);
    double entryX = random.nextDouble(120, 150);
    double localY = -random.nextDouble(95, 120);
    double teeX = random.nextDouble(48, 60);

    Road beforeExit = carriageway(lanes, -HALF_M + CROSSING_M, exitX, -CARRIAGEWAY_Y_M);
    Road between = carriageway(lanes, exitX + TAPER_M, entryX, -CARRIAGEWAY_Y_M);
    Road afterEntry = carriageway(lanes, entryX + TAPER_M, HALF_M - CROSSING_M, -CARRIAGEWAY_Y_M);
    Road westbound = carriageway(lanes, HALF_M - CROSSING_M, -HALF_M + CROSSING_M, CARRIAGEWAY_Y_M);

    double teeEnd = 10 + Lane.WIDTH_M;
    Road exitRamp =
        oneWay(
            new double[][] {
              {exitX + TAPER_M, rampY},
              {exitX + TAPER_M + 25, rampY - 2},
              {-teeX, rampY - 15},
              {-teeX, localY + teeEnd + 20},
              {-teeX, localY + teeEnd}
            });
    Road entryRamp =
        oneWay(
            new double[][] {
              {teeX, localY + teeEnd},
              {teeX, localY + teeEnd + 20},
              {teeX, rampY - 15},
              {entryX - 25, rampY - 2},
              {entryX, rampY}
            });
    Road westLocal =
        local(
            new double[][] {
              {-HALF_M, -CROSSING_M},
              {-HALF_M, -CROSSING_M - 20},
              {-HALF_M + 5, localY - 5},
              {-170, localY - 30},
              {-teeX - 60, localY},
              {-teeX - teeEnd, localY}
            });
    Road middleLocal =
        local(
            new double[][] {
              {-teeX + teeEnd, localY}, {-15, localY - 2}, {15, localY + 2}, {teeX - teeEnd, localY}
            });
    Road eastLocal =
        local(
            new double[][] {
              {teeX + teeEnd, localY},
              {teeX + 60, localY},
              {180, localY + 25},
              {HALF_M - 5, localY - 10},
              {HALF_M, -CROSSING_M - 20},
              {HALF_M, -CROSSING_M}
            });
    Road north =
        network.addRoad(
            new Road(
                Curves.along(
                    new double[][] {
                      {-HALF_M, CROSSING_M},
                      {-HALF_M, CROSSING_M + 20},
                      {-HALF_M + 10, 130},
                      {-60, 95 + random.nextDouble(20)},
                      {60, 150 + random.nextDouble(20)},
                      {HALF_M - 10, 125},
                      {HALF_M, CROSSING_M + 20},
                      {HALF_M, CROSSING_M}
                    },
                    1.0),
                1,
                1,
                13.4112,
                0,
                true,
                true,
                true));

    crossing(
        -HALF_M,
        List.of(
            network.armAtStart(beforeExit, 0, 2),
            network.armAtEnd(westbound, 0, 2),
            network.armAtStart(north, 1, 2),
            network.armAtStart(westLocal, 1, 2)));
    crossing(
        HALF_M,
        List.of(
            network.armAtEnd(afterEntry, 0, 2),
            network.armAtStart(westbound, 0, 2),
            network.armAtEnd(north, 1, 2),
            network.armAtEnd(eastLocal, 1, 2)));
    taper(
        exitX,
        List.of(
            network.armAtEnd(beforeExit, -1, 3),
            network.armAtStart(between, -1, 3),
            network.armAtStart(exitRamp, -1, 1)));
    taper(
        entryX,
        List.of(
            network.armAtEnd(between, -1, 3),
            network.armAtStart(afterEntry, -1, 3),
            network.armAtEnd(entryRamp, -1, 1)));
    tee(-teeX, localY, westLocal, middleLocal, network.armAtEnd(exitRamp, -1, 1));
    tee(teeX, localY, middleLocal, eastLocal, network.armAtStart(entryRamp, -1, 1));
  }

  private void crossing(double x, List<Arm> arms) {
    network.addJunction(x, 0, true, RoadNetwork.STRAIGHT_WITHIN_RAD, arms);
  }

  private void taper(double x, List<Arm> arms) {
    network.addJunction(
        x + TAPER_M / 2, -CARRIAGEWAY_Y_M - 2, false, RoadNetwork.STRAIGHT_WITHIN_RAD, arms);
  }

  private void tee(double x, double y, Road west, Road east, Arm ramp) {
    network.addJunction(
        x,
        y,
        false,
        RoadNetwork.STRAIGHT_WITHIN_RAD,
        List.of(network.armAtEnd(west, -1, 2), network.armAtStart(east, -1, 2), ramp));
  }

  private Road carriageway(int lanes, double fromX, double toX, double y) {
    Polyline line =
        Curves.along(new double[][] {{fromX, y}, {fromX * 0.7 + toX * 0.3, y}, {toX, y}}, 1.0);
    return network.addRoad(new Road(line, lanes, 0, FAST_MPS, 0, false, false, false));
  }

  private Road oneWay(double[][] controls) {
    return network.addRoad(
        new Road(Curves.along(controls, 1.0), 1, 0, RAMP_MPS, 0, false, false, false));
  }

  private Road local(double[][] controls) {
    return network.addRoad(
        new Road(Curves.along(controls, 1.0), 1, 1, RAMP_MPS, 0, true, true, true));
  }
}
