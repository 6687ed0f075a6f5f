package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Snapshot.Body;

/** Draws annotated objects; everything stays inside the annotated box. */
final class BodyPainter {
  private static final int GLASS = 0x26303a;
  private static final int TYRE = 0x161616;
  private static final int LAMP_OFF = 0x6e1414;
  private static final int LAMP_ON = 0xff2a1e;
  private static final int HEADLAMP = 0xfff4cc;
  private static final int SKIN = 0xc99a78;
  private static final int TRUCK_CARGO = 0xd6d6d2;

  private final Solids solids;

  BodyPainter(Solids solids) {
    this.solids = solids;
  }

  void paint(Body body) {
    switch (body.type()) {
      case VEHICLE -> {
        if (body.heightM() > 2.4) {
          paintTruck(body);
        } else {
          paintCar(body);
        }
      }
      case PEDESTRIAN -> paintPerson(body);
      case BICYCLE -> paintBicycle(body);
      case TRAFFIC_CONE -> paintCone(body);
      case BARRIER -> paintBarrier(body);
      case CZONE_SIGN -> paintSign(body);
      case GENERIC_OBJECT, EGO -> box(body, 1, 1, 0, 1, body.rgb(), body.rgb());
    }
  }

  /** A box whose extents are shares of the annotated one. */
  private void box(
      Body b, double length, double width, double bottom, double top, int side, int roof) {
    solids.box(
        b.x(),
        b.y(),
        b.headingRad(),
        b.lengthM() * length,
        b.widthM() * width,
        b.heightM() * bottom,
        b.heightM() * top,
        side,
        roof);
  }

  private void paintCar(Body b) {
    double h = b.heightM();
    box(b, 0.98, 0.96, 0.16, 0.56, b.rgb(), b.rgb());
    box(b, 0.94, 0.9, 0.08, 0.2, TYRE, TYRE);
    double back = -0.06 * b.lengthM();
    double c = Math.cos(b.headingRad());
    double s = Math.sin(b.headingRad());
    solids.frustum(
        b.x() + back * c,
        b.y() + back * s,
        b.headingRad(),
        b.lengthM() * 0.66,
        b.widthM() * 0.92,
        h * 0.56,
        b.lengthM() * 0.42,
        b.widthM() * 0.74,
        h * 0.99,
        -0.02 * b.lengthM(),
        GLASS,
        b.rgb());
    paintWheels(b, 0.3, 0.68);
    paintLamps(b, 0.3, 0.52, 0.26);
    solids.plate(
        b.x(),
        b.y(),
        b.headingRad() + Math.PI,
        b.lengthM() * 0.492,
        0,
        0.5,
        h * 0.22,
        h * 0.3,
        0xdddddd);
  }

  private void paintTruck(Body b) {
    double c = Math.cos(b.headingRad());
    double s = Math.sin(b.headingRad());
    double cargo = b.lengthM() * 0.74;
    double back = -b.lengthM() * 0.125;
    solids.box(
        b.x() + back * c,
        b.y() + back * s,
        b.headingRad(),
        cargo,
        b.widthM() * 0.98,
        b.heightM() * 0.25,
        b.heightM(),
        TRUCK_CARGO,
        TRUCK_CARGO);
    double front = b.lengthM() * 0.38;
    solids.box(
        b.x() + front * c,
        b.y() + front * s,
        b.headingRad(),
        b.lengthM() * 0.22,
        b.widthM() * 0.94,
        b.heightM() * 0.14,
        b.heightM() * 0.78,
        b.rgb(),
        b.rgb());
    solids.plate(
        b.x(),
        b.y(),
        b.headingRad(),
        b.lengthM() * 0.492,
        0,
        b.widthM() * 0.8,
        b.heightM() * 0.45,
        b.heightM() * 0.7,
        GLASS);
    box(b, 0.96, 0.7, 0.1, 0.25, TYRE, TYRE);
    paintWheels(b, 0.32, 0.9);
    paintLamps(b, 0.14, 0.25, 0.2);
  }

  private void paintWheels(Body b, double at, double diameter) {
    for (double side : new double[] {1, -1}) {
      double facing = b.headingRad() + side * Math.PI / 2;
      for (double axle : new double[] {at, -at}) {
        solids.plate(
            b.x(),
            b.y(),
            facing,
            b.widthM() * 0.49,
            -side * axle * b.lengthM(),
            diameter,
            0.02,
            diameter * 0.95,
            TYRE);
      }
    }
  }

  private void paintLamps(Body b, double bottom, double top, double width) {
    int rear = b.braking() ? LAMP_ON : LAMP_OFF;
    double low = b.heightM() * bottom;
    double high = b.heightM() * top;
    for (double side : new double[] {1, -1}) {
      double left = side * b.widthM() * (0.47 - width / 2);
      double plateWidth = b.widthM() * width;
      solids.plate(
          b.x(),
          b.y(),
          b.headingRad() + Math.PI,
          b.lengthM() * 0.495,
          left,
          plateWidth,
          low,
          high,
          rear);
      solids.plate(
          b.x(),
          b.y(),
          b.headingRad(),
          b.lengthM() * 0.495,
          left,
          plateWidth * 0.8,
          low + 0.04,
          high - 0.06,
          HEADLAMP);
    }
    if (b.braking()) {
      solids.plate(
          b.x(),
          b.y(),
          b.headingRad() + Math.PI,
          b.lengthM() * 0.496,
          0,
          b.widthM() * 0.3,
          high - 0.1,
          high,
          LAMP_ON);
    }
  }

  private void paintPerson(Body b) {
    box(b, 0.45, 0.55, 0, 0.48, 0x2b2f3a, 0x2b2f3a);
    box(b, 0.55, 0.85, 0.48, 0.84, b.rgb(), b.rgb());
    box(b, 0.4, 0.36, 0.86, 1, SKIN, 0x3a2a1e);
  }

  private void paintBicycle(Body b) {
    box(b, 0.98, 0.12, 0.02, 0.42, TYRE, TYRE);
    box(b, 0.25, 0.6, 0.45, 0.82, b.rgb(), b.rgb());
    box(b, 0.14, 0.3, 0.84, 1, SKIN, 0xd0d0d0);
  }

  private void paintCone(Body b) {
    double w = b.widthM();
    double h = b.heightM();
    box(b, 0.98, 0.98, 0, 0.06, b.rgb(), b.rgb());
    cone(b, w * 0.75, 0.06 * h, w * 0.55, 0.4 * h, b.rgb());
    cone(b, w * 0.55, 0.4 * h, w * 0.4, 0.62 * h, 0xf4f4f4);
    cone(b, w * 0.4, 0.62 * h, w * 0.15, h, b.rgb());
  }

  private void cone(Body b, double low, double bottom, double high, double top, int colour) {
    solids.frustum(
        b.x(), b.y(), b.headingRad(), low, low, bottom, high, high, top, 0, colour, colour);
  }

  private void paintBarrier(Body b) {
    box(b, 0.5, 0.98, 0, 0.45, b.rgb(), b.rgb());
    box(b, 0.6, 0.98, 0.45, 0.7, 0xd23a2a, 0xd23a2a);
    box(b, 0.6, 0.98, 0.7, 1, b.rgb(), b.rgb());
  }

  private void paintSign(Body b) {
    box(b, 0.4, 0.1, 0, 0.5, 0x777777, 0x777777);
    box(b, 0.6, 0.98, 0.5, 1, b.rgb(), b.rgb());
  }
}
