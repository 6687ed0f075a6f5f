package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.imported.LaneNetwork.BlockLink;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;

/**
 * The ground on which ways cross, merge or part. No source here has it, so it is what the ways
 * between at least two pairs of roadblocks cover, with the gaps between them, as far as it is
 * drivable.
 */
final class Intersections {
  private static final double CROSSING_AREA_M2 = 1;
  private static final double GAP_M = 3;

  private Intersections() {}

  /** Finds the intersections and tells every way which one it leads over. */
  static List<Polygon> find(List<BlockLink> links, List<Polygon> drivable) {
    List<BlockLink> ways = links.stream().filter(BlockLink::inJunction).toList();
    List<Polygon> outlines = ways.stream().map(BlockLink::outline).toList();
    int[] cluster = new int[ways.size()];
    for (int i = 0; i < cluster.length; i++) {
      cluster[i] = i;
      for (int j = 0; j < i; j++) {
        if (cluster[j] != cluster[i] && cross(outlines.get(i), outlines.get(j))) {
          int old = cluster[j];
          for (int k = 0; k <= i; k++) {
            cluster[k] = cluster[k] == old ? cluster[i] : cluster[k];
          }
        }
      }
    }
    List<Polygon> intersections = new ArrayList<>();
    for (int c = 0; c < cluster.length; c++) {
      List<Polygon> members = new ArrayList<>();
      for (int i = 0; i < cluster.length; i++) {
        if (cluster[i] == c) {
          members.add(outlines.get(i));
        }
      }
      if (members.size() < 2) {
        continue;
      }
      Polygon area = ground(members, drivable);
      for (int i = 0; i < cluster.length && area != null; i++) {
        if (cluster[i] == c) {
          ways.get(i).intersection = intersections.size();
        }
      }
      if (area != null) {
        intersections.add(area);
      }
    }
    return intersections;
  }

  private static boolean cross(Polygon a, Polygon b) {
    return a.getEnvelopeInternal().intersects(b.getEnvelopeInternal())
        && Outlines.overlap(a, b).getArea() > CROSSING_AREA_M2;
  }

  private static Polygon ground(List<Polygon> ways, List<Polygon> drivable) {
    Geometry covered = Outlines.union(ways);
    Geometry closed = covered.buffer(GAP_M).buffer(-GAP_M);
    List<Polygon> near =
        drivable.stream()
            .filter(area -> area.getEnvelopeInternal().intersects(closed.getEnvelopeInternal()))
            .toList();
    if (near.isEmpty()) {
      return Outlines.largest(closed);
    }
    return Outlines.largest(Outlines.overlap(closed, Outlines.union(near)));
  }
}
