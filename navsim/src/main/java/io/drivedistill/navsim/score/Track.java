package io.drivedistill.navsim.score;

import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.score.ReplayObserver.Sighting;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * One object over the logged frames of a scene (SPEC-pdms section 7). Box size, type and speed are
 * those of the first sighting. Immutable.
 */
final class Track {
  private final String token;
  private final ObjectType type;
  private final double halfLength;
  private final double halfWidth;
  private final double speed;
  private final double[] seenS;
  private final double[] x;
  private final double[] y;

  /** Unwrapped along the sightings. */
  private final double[] headings;

  private Track(
      String token, ObjectType type, double halfLength, double halfWidth, double speed, int rows) {
    this.token = token;
    this.type = type;
    this.halfLength = halfLength;
    this.halfWidth = halfWidth;
    this.speed = speed;
    seenS = new double[rows];
    x = new double[rows];
    y = new double[rows];
    headings = new double[rows];
  }

  /** From all sightings of an object in time order. */
  static Track of(List<Sighting> rows) {
    Sighting first = rows.get(0);
    Track track =
        new Track(
            first.token(),
            first.type(),
            first.halfLength(),
            first.halfWidth(),
            Boxes.length(first.vx(), first.vy()),
            rows.size());
    for (int i = 0; i < rows.size(); i++) {
      track.seenS[i] = rows.get(i).timeS();
      track.x[i] = rows.get(i).x();
      track.y[i] = rows.get(i).y();
      track.headings[i] = rows.get(i).heading();
    }
    Angles.unwrap(track.headings, 0, 1, rows.size());
    return track;
  }

  String token() {
    return token;
  }

  ObjectType type() {
    return type;
  }

  double speed() {
    return speed;
  }

  /** Half diagonal of the box. */
  double radius() {
    return Boxes.length(halfLength, halfWidth);
  }

  /** A track seen once is there all the time, whenever it was seen. */
  boolean presentAt(double timeS) {
    return seenS.length == 1 || (seenS[0] <= timeS && timeS <= seenS[seenS.length - 1]);
  }

  /** Writes the box at a time, interpolated between sightings. */
  void box(double timeS, double[] out, int at) {
    double centreX = x[0];
    double centreY = y[0];
    double heading = headings[0];
    if (seenS.length > 1) {
      int i = 1;
      while (i < seenS.length - 1 && seenS[i] < timeS) {
        i++;
      }
      double span = seenS[i] - seenS[i - 1];
      double step = timeS - seenS[i - 1];
      centreX = (x[i] - x[i - 1]) / span * step + x[i - 1];
      centreY = (y[i] - y[i - 1]) / span * step + y[i - 1];
      heading = (headings[i] - headings[i - 1]) / span * step + headings[i - 1];
    }
    double cos = StrictMath.cos(heading);
    double sin = StrictMath.sin(heading);
    Boxes.box(centreX, centreY, cos, sin, halfLength, halfWidth, out, at);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(token);
    out.writeUTF(type.name());
    out.writeDouble(halfLength);
    out.writeDouble(halfWidth);
    out.writeDouble(speed);
    out.writeByte(seenS.length);
    for (int i = 0; i < seenS.length; i++) {
      out.writeDouble(seenS[i]);
      out.writeDouble(x[i]);
      out.writeDouble(y[i]);
      out.writeDouble(headings[i]);
    }
  }

  static Track read(DataInputStream in) throws IOException {
    String token = in.readUTF();
    ObjectType type = ObjectType.valueOf(in.readUTF());
    Track track =
        new Track(
            token, type, in.readDouble(), in.readDouble(), in.readDouble(), in.readUnsignedByte());
    for (int i = 0; i < track.seenS.length; i++) {
      track.seenS[i] = in.readDouble();
      track.x[i] = in.readDouble();
      track.y[i] = in.readDouble();
      track.headings[i] = in.readDouble();
    }
    return track;
  }
}
