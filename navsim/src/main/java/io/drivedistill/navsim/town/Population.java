package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.town.Scenery.Crosswalk;
import io.drivedistill.navsim.town.Scenery.Walkway;
import java.util.List;
import java.util.SplittableRandom;

/** Puts the expert, other vehicles and people into a town. */
final class Population {
  /** The Pacifica of nuPlan, see SPEC-pdms section 4. */
  static final Vehicle.Build EGO =
      new Vehicle.Build(
          ObjectType.VEHICLE, 5.176, 2.297, 1.777, 1.127, 0xe0e0e0, 0.96, 40, 1.6, 1.4);

  /** Others turn left less often than they drive on, so that queues stay short. */
  private static final double LEFT_TURN_WEIGHT = 0.45;

  private static final int[] CLOTHES = {
    0x2f3e6b, 0x8c2f2f, 0x3f6b4a, 0x6b6b6b, 0xb08a3a, 0x3a3a3a, 0x7a4f8c, 0xd0d0d0
  };

  private final Town town;
  private final SplittableRandom random;

  private Population(Town town, SplittableRandom random) {
    this.town = town;
    this.random = random;
  }

  /** The traffic of a town at the start of a drive. */
  static Traffic populate(Town town, SplittableRandom random) {
    return new Population(town, random).populate();
  }

  private Traffic populate() {
    Traffic traffic = new Traffic(town, random.split());
    List<Lane> lanes = town.network().lanes;
    Lane start = randomLane(lanes);
    while (start.length() < 30) {
      start = randomLane(lanes);
    }
    traffic.add(
        new Vehicle(0, EGO, start, random.nextDouble(3, start.length() - 20), random.split()));
    double total = 0;
    for (Lane lane : lanes) {
      total += lane.length();
    }
    int wanted = (int) (total / random.nextDouble(38, 85));
    int number = 1;
    for (int k = 0; k < wanted; k++) {
      Lane lane = randomLane(lanes);
      double s = random.nextDouble(2, Math.max(3, lane.length() - 2));
      if (traffic.add(new Vehicle(number, build(), lane, s, random.split()))) {
        number++;
      }
    }
    addPeople(traffic, number);
    return traffic;
  }

  /** A lane, long ones more often. */
  private Lane randomLane(List<Lane> lanes) {
    while (true) {
      Lane lane = lanes.get(random.nextInt(lanes.size()));
      if (random.nextDouble(150) < lane.length()) {
        return lane;
      }
    }
  }

  private Vehicle.Build build() {
    double draw = random.nextDouble();
    double pace = random.nextDouble(0.75, 1.05);
    if (draw < 0.06) {
      return new Vehicle.Build(
          ObjectType.BICYCLE,
          1.8,
          0.65,
          1.7,
          0.4,
          clothes(),
          1,
          random.nextDouble(3.8, 5.5),
          LEFT_TURN_WEIGHT,
          1);
    }
    int rgb = SceneryBuilder.CAR_COLOURS[random.nextInt(SceneryBuilder.CAR_COLOURS.length)];
    if (draw < 0.15) {
      double length = random.nextDouble(6.5, 9.5);
      return new Vehicle.Build(
          ObjectType.VEHICLE,
          length,
          2.4,
          random.nextDouble(2.7, 3.3),
          1.8,
          rgb,
          pace,
          25,
          LEFT_TURN_WEIGHT,
          1);
    }
    return new Vehicle.Build(
        ObjectType.VEHICLE,
        random.nextDouble(4.0, 5.0),
        random.nextDouble(1.75, 1.98),
        random.nextDouble(1.4, 1.8),
        0.95,
        rgb,
        pace,
        40,
        LEFT_TURN_WEIGHT,
        1);
  }

  private int clothes() {
    return CLOTHES[random.nextInt(CLOTHES.length)];
  }

  private void addPeople(Traffic traffic, int firstNumber) {
    int number = firstNumber;
    for (Crosswalk crosswalk : town.scenery().crosswalks()) {
      if (random.nextDouble() < 0.4) {
        double at = random.nextBoolean() ? 0 : crosswalk.line().length();
        traffic.add(
            new Pedestrian(
                number++,
                crosswalk.line(),
                crosswalk,
                at,
                random.nextDouble(1.2, 1.7),
                clothes(),
                random.nextDouble(0, 15)));
      }
    }
    for (Walkway walkway : town.scenery().walkways()) {
      int count = (int) random.nextDouble(0, walkway.line().length() / 45 + 0.8);
      for (int k = 0; k < count; k++) {
        traffic.add(
            new Pedestrian(
                number++,
                walkway.line(),
                null,
                random.nextDouble(walkway.line().length()),
                random.nextDouble(0.9, 1.6),
                clothes(),
                0));
      }
    }
  }
}
