package io.drivedistill.navsim.map;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.index.strtree.STRtree;

/**
 * Features of one kind in feature order, found by id or by place. Thread-safe once built.
 *
 * @param <T> kind of feature
 */
public final class MapLayer<T> {
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  private final List<T> features;
  private final List<Geometry> polygons;
  private final Map<String, T> byId = new HashMap<>();
  private final STRtree tree = new STRtree();

  MapLayer(List<T> features, Function<T, String> id, Function<T, Geometry> polygon) {
    this.features = List.copyOf(features);
    this.polygons = this.features.stream().map(polygon).toList();
    for (int i = 0; i < this.features.size(); i++) {
      byId.put(id.apply(this.features.get(i)), this.features.get(i));
      tree.insert(polygons.get(i).getEnvelopeInternal(), i);
    }
    tree.build();
  }

  /** All features in feature order. */
  public List<T> all() {
    return features;
  }

  /** The feature with an id, or null. */
  public T find(String id) {
    return byId.get(id);
  }

  /** Features that meet the square of a half-size around a point, in feature order. */
  public List<T> near(double x, double y, double halfSizeM) {
    Envelope square = new Envelope(x - halfSizeM, x + halfSizeM, y - halfSizeM, y + halfSizeM);
    Geometry area = GEOMETRIES.toGeometry(square);
    List<T> found = new ArrayList<>();
    for (int index : candidates(square)) {
      if (area.intersects(polygons.get(index))) {
        found.add(features.get(index));
      }
    }
    return found;
  }

  /** The feature nearest to a point, the first of equals; null in an empty layer. */
  public T nearest(double x, double y) {
    Point point = GEOMETRIES.createPoint(new org.locationtech.jts.geom.Coordinate(x, y));
    T nearest = null;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < features.size(); i++) {
      Envelope box = polygons.get(i).getEnvelopeInternal();
      if (box.distance(point.getEnvelopeInternal()) >= least) {
        continue;
      }
      double distance = polygons.get(i).distance(point);
      if (distance < least) {
        least = distance;
        nearest = features.get(i);
      }
    }
    return nearest;
  }

  @SuppressWarnings("unchecked") // The tree holds the indices put in above.
  private int[] candidates(Envelope square) {
    List<Integer> found = tree.query(square);
    return found.stream().mapToInt(Integer::intValue).sorted().toArray();
  }
}
