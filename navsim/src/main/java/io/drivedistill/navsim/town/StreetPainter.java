package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Light;
import io.drivedistill.navsim.town.Scenery.House;
import io.drivedistill.navsim.town.Scenery.Tree;
import java.util.ArrayList;
import java.util.List;

/** Draws houses, trees and traffic lights. */
final class StreetPainter {
  private static final double HOUSES_M = 150;
  private static final double TREES_M = 110;
  private static final double LIGHTS_M = 130;
  private static final double WINDOWS_M = 55;
  private static final int WINDOW = 0x3a4654;
  private static final int POLE = 0x3c3f42;
  private static final int HOUSING = 0x0c0c0d;
  private static final int TRUNK = 0x5b4630;
  private static final int DARK_LAMP = 0x26262a;

  private final List<SignalHead> heads = new ArrayList<>();
  private final Town town;

  /**
   * A set of lamps.
   *
   * @param x post
   * @param y post
   * @param facingRad direction in which the lamps shine
   * @param reachM how far the mast carries the lamps to the left of the facing direction; negative
   *     to the right
   * @param bottomM height of the housing's lower edge
   * @param lampM size of a lamp
   */
  record SignalHead(
      Junction junction,
      int phase,
      double x,
      double y,
      double facingRad,
      double reachM,
      double bottomM,
      double lampM) {}

  StreetPainter(Town town) {
    this.town = town;
    for (Junction junction : town.network().junctions) {
      if (junction.lights) {
        for (Junction.Arm arm : junction.arms) {
          if (arm.incoming() != null) {
            addHeads(junction, arm);
          }
        }
      }
    }
  }

  /** One head on the near right, one on a mast over the lanes beyond the junction. */
  private void addHeads(Junction junction, Junction.Arm arm) {
    double[] near = arm.beside(arm.leftM() + 0.9, 1.0);
    heads.add(
        new SignalHead(junction, arm.phase(), near[0], near[1], arm.outwardRad(), 0, 2.3, 0.55));
    double across = Math.hypot(arm.x() - junction.centerX, arm.y() - junction.centerY);
    double[] far = arm.beside(arm.leftM() + 0.8, -(2 * across - 1));
    double mast = -(arm.leftM() + 0.8 - arm.leftM() * 0.5);
    heads.add(
        new SignalHead(junction, arm.phase(), far[0], far[1], arm.outwardRad(), mast, 4.6, 0.85));
  }

  void paint(Solids solids, double timeS) {
    for (House house : town.scenery().houses()) {
      double radius = 0.5 * Math.hypot(house.lengthM(), house.widthM());
      if (solids.isVisible(house.x(), house.y(), radius, HOUSES_M)) {
        paint(solids, house);
      }
    }
    for (Tree tree : town.scenery().trees()) {
      if (solids.isVisible(tree.x(), tree.y(), tree.radiusM(), TREES_M)) {
        double crown = 0.3 * tree.heightM();
        double middle = 0.6 * tree.heightM();
        solids.box(tree.x(), tree.y(), 0, 0.35, 0.35, 0, crown + 0.3, TRUNK, TRUNK);
        double r = tree.radiusM();
        solids.round(tree.x(), tree.y(), 0.55 * r, crown, r, middle, tree.rgb());
        solids.round(tree.x(), tree.y(), r, middle, 0.3 * r, tree.heightM(), tree.rgb());
      }
    }
    for (SignalHead head : heads) {
      if (solids.isVisible(head.x(), head.y(), 8, LIGHTS_M)) {
        paint(solids, head, head.junction().light(head.phase(), timeS));
      }
    }
  }

  private static void paint(Solids solids, House house) {
    double eaves = house.heightM() * 0.72;
    solids.box(
        house.x(),
        house.y(),
        house.headingRad(),
        house.lengthM(),
        house.widthM(),
        0,
        eaves,
        house.wallRgb(),
        house.roofRgb());
    solids.frustum(
        house.x(),
        house.y(),
        house.headingRad(),
        house.lengthM() + 0.6,
        house.widthM() + 0.6,
        eaves - 0.25,
        house.lengthM() * 0.6,
        0.3,
        house.heightM(),
        0,
        house.roofRgb(),
        house.roofRgb());
    if (solids.distanceTo(house.x(), house.y()) < WINDOWS_M) {
      paintWindows(solids, house, eaves);
    }
  }

  private static void paintWindows(Solids solids, House house, double eaves) {
    for (int side = 0; side < 4; side++) {
      boolean gable = side % 2 == 0;
      double extent = gable ? house.widthM() : house.lengthM();
      double ahead = (gable ? house.lengthM() : house.widthM()) / 2 + 0.03;
      int columns = (int) (extent / 3);
      for (double floor = 0.9; floor + 1.5 < eaves; floor += 2.8) {
        for (int k = 0; k < columns; k++) {
          double left = (k + 0.5) * extent / columns - extent / 2;
          solids.plate(
              house.x(),
              house.y(),
              house.headingRad() + side * Math.PI / 2,
              ahead,
              left,
              1.1,
              floor,
              floor + 1.3,
              WINDOW);
        }
      }
    }
  }

  private static void paint(Solids solids, SignalHead head, Light light) {
    double lamp = head.lampM();
    double height = 3.3 * lamp;
    double top = head.bottomM() + height;
    double c = Math.cos(head.facingRad());
    double s = Math.sin(head.facingRad());
    double x = head.x() - head.reachM() * s;
    double y = head.y() + head.reachM() * c;
    solids.box(head.x(), head.y(), head.facingRad(), 0.16, 0.16, 0, top, POLE, POLE);
    if (head.reachM() != 0) {
      solids.box(
          0.5 * (head.x() + x),
          0.5 * (head.y() + y),
          head.facingRad(),
          0.14,
          Math.abs(head.reachM()),
          top - 0.6,
          top - 0.4,
          POLE,
          POLE);
    }
    solids.box(x, y, head.facingRad(), 0.3, 1.5 * lamp, head.bottomM(), top, HOUSING, HOUSING);
    for (int k = 0; k < 3; k++) {
      Light shows = k == 0 ? Light.GREEN : k == 1 ? Light.AMBER : Light.RED;
      boolean on = shows == light;
      double grow = on ? 0.12 * lamp : -0.1 * lamp;
      double bottom = head.bottomM() + (0.15 + k) * lamp;
      solids.plate(
          x,
          y,
          head.facingRad(),
          on ? 0.2 : 0.17,
          0,
          lamp + 2 * grow,
          bottom - grow,
          bottom + lamp + grow,
          on ? colour(light) : DARK_LAMP);
    }
  }

  private static int colour(Light light) {
    return switch (light) {
      case GREEN -> 0x20ff70;
      case AMBER -> 0xffc020;
      case RED -> 0xff2020;
    };
  }
}
