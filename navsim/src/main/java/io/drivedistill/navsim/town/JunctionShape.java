package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Arm;
import java.util.ArrayList;
import java.util.List;

/** Outline of a junction: the ends of its arms joined by rounded kerbs. */
final class JunctionShape {
  /** How far the outline reaches into the roads, so that areas overlap and leave no gap. */
  private static final double OVERLAP_M = 0.5;

  /** Kerbs cut corners, so that the rear of a turning vehicle stays on the road. */
  private static final double KERB_HANDLES = 0.5;

  private JunctionShape() {}

  /** Closed ring around the arms, which are given counter-clockwise. */
  static double[][] pavedArea(List<Arm> arms) {
    List<double[]> ring = new ArrayList<>();
    for (int i = 0; i < arms.size(); i++) {
      Arm arm = arms.get(i);
      ring.add(arm.beside(-arm.rightM(), OVERLAP_M));
      ring.add(arm.beside(arm.leftM(), OVERLAP_M));
      Polyline kerb = kerb(arm, arms.get((i + 1) % arms.size()));
      for (int k = 0; k < kerb.size(); k++) {
        ring.add(new double[] {kerb.x(k), kerb.y(k)});
      }
    }
    ring.add(ring.get(0).clone());
    return ring.toArray(double[][]::new);
  }

  /** Kerb from the left edge of an arm to the right edge of the next one counter-clockwise. */
  static Polyline kerb(Arm arm, Arm next) {
    double[] from = arm.beside(arm.leftM(), 0);
    double[] to = next.beside(-next.rightM(), 0);
    return Curves.between(
        from[0],
        from[1],
        arm.outwardRad() + Math.PI,
        to[0],
        to[1],
        next.outwardRad(),
        1.0,
        KERB_HANDLES);
  }
}
