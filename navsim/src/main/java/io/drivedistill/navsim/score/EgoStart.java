package io.drivedistill.navsim.score;

import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Frame;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The ego state at the current frame (SPEC-pdms section 4): velocity and acceleration as float32,
 * steering and all rates zero.
 *
 * @param timestampUs microseconds since the epoch
 * @param x rear axle, after the round trip over the centre
 * @param y rear axle
 * @param heading radians
 * @param vx forward speed
 * @param vy leftward speed
 * @param ax forward acceleration
 * @param ay leftward acceleration
 */
record EgoStart(
    long timestampUs,
    double x,
    double y,
    double heading,
    double vx,
    double vy,
    double ax,
    double ay) {
  static EgoStart of(Frame frame) {
    EgoStatus ego = frame.ego();
    double heading = ego.headingInMapRad();
    double sin = StrictMath.sin(heading);
    double cos = StrictMath.cos(heading);
    double x = ego.positionInMapM().x() + Vehicle.REAR_AXLE_TO_CENTRE * cos;
    double y = ego.positionInMapM().y() + Vehicle.REAR_AXLE_TO_CENTRE * sin;
    return new EgoStart(
        frame.timestampUs(),
        x - Vehicle.REAR_AXLE_TO_CENTRE * cos,
        y - Vehicle.REAR_AXLE_TO_CENTRE * sin,
        heading,
        (float) ego.velocityXMps(),
        (float) ego.velocityYMps(),
        (float) ego.accelerationXMps2(),
        (float) ego.accelerationYMps2());
  }

  double centreX() {
    return x + Vehicle.REAR_AXLE_TO_CENTRE * StrictMath.cos(heading);
  }

  double centreY() {
    return y + Vehicle.REAR_AXLE_TO_CENTRE * StrictMath.sin(heading);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(timestampUs);
    for (double number : new double[] {x, y, heading, vx, vy, ax, ay}) {
      out.writeDouble(number);
    }
  }

  static EgoStart read(DataInputStream in) throws IOException {
    return new EgoStart(
        in.readLong(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble());
  }

  /** The footprint in the layout of {@link Boxes}. */
  double[] footprint() {
    double[] box = new double[Boxes.WIDTH];
    Boxes.ego(x, y, StrictMath.cos(heading), StrictMath.sin(heading), box, 0);
    return box;
  }
}
