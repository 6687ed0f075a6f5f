package io.drivedistill.navsim.map;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.io.ParseException;

/**
 * A geometry of a GeoPackage (OGC 12-128r19, section 2.1.3), reprojected to metres. Every stated
 * count is compared with the bytes that are left before anything of its size is made, and
 * collections, which may hold collections without end, are refused; so a damaged or hostile file
 * costs no more than its size.
 */
final class GeoPackageGeometry {
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();
  private static final int HEADER_BYTES = 8;
  private static final int[] ENVELOPE_BYTES = {0, 32, 48, 48, 64};
  private static final int POINT = 1;
  private static final int LINE = 2;
  private static final int POLYGON = 3;
  private static final int MULTI = 3;
  private static final int ISO_Z = 1000;
  private static final int ISO_ZM = 3000;
  private static final int SMALLEST_PART_BYTES = 5;

  private final ByteBuffer bytes;
  private final UtmProjection projection;

  private GeoPackageGeometry(byte[] blob, UtmProjection projection) {
    this.bytes = ByteBuffer.wrap(blob);
    this.projection = projection;
  }

  /**
   * Reads a blob; heights and measures are passed over.
   *
   * @throws ParseException if it is no point, line or polygon, or several of one kind
   * @throws IllegalArgumentException if a line has one point, a ring is not closed, or a coordinate
   *     is not on the globe
   */
  static Geometry read(byte[] blob, UtmProjection projection) throws ParseException {
    if (blob.length < HEADER_BYTES || blob[0] != 'G' || blob[1] != 'P') {
      throw new ParseException("a geometry does not start with the letters GP");
    }
    int envelope = blob[3] >> 1 & 7;
    if (envelope >= ENVELOPE_BYTES.length) {
      throw new ParseException("a geometry has the undefined envelope code " + envelope);
    }
    GeoPackageGeometry reader = new GeoPackageGeometry(blob, projection);
    int start = HEADER_BYTES + ENVELOPE_BYTES[envelope];
    reader.need(start);
    reader.bytes.position(start);
    return reader.geometry();
  }

  private Geometry geometry() throws ParseException {
    int kind = header();
    int dimensions = dimensions(kind);
    int plain = kind - kind / ISO_Z * ISO_Z;
    if (plain <= MULTI) {
      return single(plain, dimensions);
    }
    List<Geometry> parts = new ArrayList<>();
    int count = count(SMALLEST_PART_BYTES);
    for (int i = 0; i < count; i++) {
      if (header() != kind - MULTI) {
        throw new ParseException("a part of a geometry is not of the kind of the whole");
      }
      parts.add(single(plain - MULTI, dimensions));
    }
    return GEOMETRIES.buildGeometry(parts);
  }

  /** Reads byte order and kind; the older flag for heights counts as ISO's thousand. */
  private int header() throws ParseException {
    need(SMALLEST_PART_BYTES);
    byte order = bytes.get();
    if (order != 0 && order != 1) {
      throw new ParseException("a geometry has the undefined byte order " + order);
    }
    bytes.order(order == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int stated = bytes.getInt();
    int kind = stated < 0 ? (stated & Integer.MAX_VALUE) + ISO_Z : stated;
    int plain = kind - kind / ISO_Z * ISO_Z;
    if (kind < 0 || kind / ISO_Z > ISO_ZM / ISO_Z || plain < POINT || plain > POLYGON + MULTI) {
      throw new ParseException("a geometry has the kind " + stated + ", no point, line or polygon");
    }
    return kind;
  }

  /** Numbers of a point: x and y, perhaps a height, perhaps a measure. */
  private static int dimensions(int kind) {
    return kind >= ISO_ZM ? 4 : kind >= ISO_Z ? 3 : 2;
  }

  private Geometry single(int kind, int dimensions) throws ParseException {
    if (kind == POINT) {
      return GEOMETRIES.createPoint(coordinates(1, dimensions)[0]);
    }
    int count = count(kind == LINE ? Double.BYTES * dimensions : Integer.BYTES);
    if (kind == LINE) {
      return GEOMETRIES.createLineString(coordinates(count, dimensions));
    }
    return polygon(count, dimensions);
  }

  private Polygon polygon(int rings, int dimensions) throws ParseException {
    List<LinearRing> list = new ArrayList<>();
    for (int i = 0; i < rings; i++) {
      list.add(
          GEOMETRIES.createLinearRing(coordinates(count(Double.BYTES * dimensions), dimensions)));
    }
    return list.isEmpty()
        ? GEOMETRIES.createPolygon()
        : GEOMETRIES.createPolygon(list.get(0), list.subList(1, rings).toArray(LinearRing[]::new));
  }

  private Coordinate[] coordinates(int count, int dimensions) throws ParseException {
    need(count * Double.BYTES * dimensions);
    Coordinate[] points = new Coordinate[count];
    for (int i = 0; i < count; i++) {
      double longitude = bytes.getDouble();
      double latitude = bytes.getDouble();
      bytes.position(bytes.position() + Double.BYTES * (dimensions - 2));
      if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
        throw new IllegalArgumentException(
            "a coordinate is not on the globe: " + longitude + ", " + latitude);
      }
      points[i] = projection.forward(longitude, latitude);
    }
    return points;
  }

  /** A count of things that take at least so many bytes each. */
  private int count(int bytesEach) throws ParseException {
    need(Integer.BYTES);
    int count = bytes.getInt();
    if (count < 0 || count > bytes.remaining() / bytesEach) {
      throw new ParseException(
          "a geometry states "
              + count
              + " parts, its bytes hold at most "
              + bytes.remaining() / bytesEach);
    }
    return count;
  }

  private void need(int count) throws ParseException {
    if (bytes.remaining() < count) {
      throw new ParseException("a geometry ends in the middle of a value");
    }
  }
}
