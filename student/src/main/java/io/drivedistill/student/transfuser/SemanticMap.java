package io.drivedistill.student.transfuser;

import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.map.BaselinePath;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.MapArea;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.Pose2;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;

/**
 * Draws the semantic map target (SPEC-transfuser section 3): the front half of the grid, later
 * classes over earlier ones. Global coordinates are moved and turned in float64 before they are cut
 * to cells, because cells on borders flip otherwise. One instance draws one map.
 */
final class SemanticMap {
  /** Class numbers in drawing order; 0 is everything else. */
  enum Layer {
    /** Lanes and intersections. */
    ROAD(1),
    /** Walkways. */
    WALKWAY(2),
    /** Centre lines of lanes and lane connectors. */
    CENTRE_LINE(3),
    /** Signs, barriers, cones and other things that stand. */
    STATIC_OBJECT(4),
    /** Cars, trucks, buses. */
    VEHICLE(5),
    /** People on foot. */
    PEDESTRIAN(6);

    private final int value;

    Layer(int value) {
      this.value = value;
    }

    byte value() {
      return (byte) value;
    }
  }

  private static final Set<ObjectType> STATIC =
      EnumSet.of(
          ObjectType.CZONE_SIGN,
          ObjectType.BARRIER,
          ObjectType.TRAFFIC_CONE,
          ObjectType.GENERIC_OBJECT);

  /** Two cells are half a metre at published size; on coarser grids they would hide the lanes. */
  private static final double THICK_LINE_CELL_M = 0.375;

  private final double cellM;
  private final int rows;
  private final int columns;
  private final double sin;
  private final double cos;
  private final Pose2 ego;

  /** Columns of the canvas run forward, rows to the left: the transpose of the target. */
  private final RasterCanvas canvas;

  SemanticMap(TransfuserConfig config, Pose2 egoInMap) {
    cellM = config.cellM();
    rows = config.bevRows();
    columns = config.bevColumns();
    ego = egoInMap;
    sin = Math.sin(ego.headingRad());
    cos = Math.cos(ego.headingRad());
    canvas = new RasterCanvas(rows, columns);
  }

  /**
   * The target of a scene.
   *
   * @return class of each cell, [rows, columns]
   */
  static byte[] of(TransfuserConfig config, RoadMap map, Pose2 egoInMap, List<AnnotatedBox> boxes) {
    SemanticMap drawing = new SemanticMap(config, egoInMap);
    double x = egoInMap.xM();
    double y = egoInMap.yM();
    double radiusM = config.lidar().rangeM();
    List<Lane> lanes = map.lanes().near(x, y, radiusM);
    for (Lane lane : lanes) {
      drawing.area(lane.polygon(), Layer.ROAD);
    }
    for (MapArea area : map.intersections().near(x, y, radiusM)) {
      drawing.area(area.polygon(), Layer.ROAD);
    }
    for (MapArea area : map.walkways().near(x, y, radiusM)) {
      drawing.area(area.polygon(), Layer.WALKWAY);
    }
    for (Lane lane : lanes) {
      drawing.centreLine(lane.baseline());
    }
    for (Lane connector : map.laneConnectors().near(x, y, radiusM)) {
      drawing.centreLine(connector.baseline());
    }
    drawing.boxes(boxes);
    return drawing.cells();
  }

  private void area(Geometry geometry, Layer layer) {
    for (int i = 0; i < geometry.getNumGeometries(); i++) {
      if (geometry.getGeometryN(i) instanceof Polygon polygon) {
        Coordinate[] ring = polygon.getExteriorRing().getCoordinates();
        double[] xs = new double[ring.length];
        double[] ys = new double[ring.length];
        for (int k = 0; k < ring.length; k++) {
          xs[k] = ring[k].x;
          ys[k] = ring[k].y;
        }
        polygon(xs, ys, layer);
      }
    }
  }

  /** Fills a polygon given in map coordinates. */
  void polygon(double[] xs, double[] ys, Layer layer) {
    int[] cellsX = new int[xs.length];
    int[] cellsY = new int[xs.length];
    toCells(xs, ys, cellsX, cellsY);
    canvas.fillPolygon(cellsX, cellsY, layer.value());
  }

  private void centreLine(BaselinePath path) {
    double[] xs = new double[path.size()];
    double[] ys = new double[path.size()];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = path.x(i);
      ys[i] = path.y(i);
    }
    centreLine(xs, ys);
  }

  /** Draws a line given in map coordinates. */
  void centreLine(double[] xs, double[] ys) {
    int[] cellsX = new int[xs.length];
    int[] cellsY = new int[xs.length];
    toCells(xs, ys, cellsX, cellsY);
    if (cellM > THICK_LINE_CELL_M) {
      canvas.thinPolyline(cellsX, cellsY, Layer.CENTRE_LINE.value());
    } else {
      canvas.thickPolyline(cellsX, cellsY, Layer.CENTRE_LINE.value());
    }
  }

  void boxes(List<AnnotatedBox> boxes) {
    for (Layer layer : List.of(Layer.STATIC_OBJECT, Layer.VEHICLE, Layer.PEDESTRIAN)) {
      for (AnnotatedBox box : boxes) {
        if (layer == layerOf(box.type())) {
          box(box, layer);
        }
      }
    }
  }

  private static Layer layerOf(ObjectType type) {
    if (STATIC.contains(type)) {
      return Layer.STATIC_OBJECT;
    }
    return switch (type) {
      case VEHICLE -> Layer.VEHICLE;
      case PEDESTRIAN -> Layer.PEDESTRIAN;
      default -> null;
    };
  }

  private void box(AnnotatedBox box, Layer layer) {
    double heading = box.headingInEgoRad();
    double left = heading + Math.PI / 2;
    double[] along = {1, -1, -1, 1, 1};
    double[] across = {1, 1, -1, -1, 1};
    int[] xs = new int[along.length];
    int[] ys = new int[along.length];
    for (int i = 0; i < along.length; i++) {
      double lengthM = along[i] * (box.lengthM() / 2);
      double widthM = across[i] * (box.widthM() / 2);
      double x = box.centerInEgoM().x() + (widthM * Math.cos(left) + lengthM * Math.cos(heading));
      double y = box.centerInEgoM().y() + (widthM * Math.sin(left) + lengthM * Math.sin(heading));
      xs[i] = (int) (x / cellM);
      ys[i] = (int) (y / cellM + columns / 2.0);
    }
    canvas.fillPolygon(xs, ys, layer.value());
  }

  private void toCells(double[] xs, double[] ys, int[] cellsX, int[] cellsY) {
    for (int i = 0; i < xs.length; i++) {
      double dx = xs[i] - ego.xM();
      double dy = ys[i] - ego.yM();
      cellsX[i] = (int) ((cos * dx + sin * dy) / cellM);
      cellsY[i] = (int) ((-sin * dx + cos * dy) / cellM + columns / 2.0);
    }
  }

  byte[] cells() {
    byte[] cells = new byte[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        cells[row * columns + column] = canvas.at(row, column);
      }
    }
    return cells;
  }
}
