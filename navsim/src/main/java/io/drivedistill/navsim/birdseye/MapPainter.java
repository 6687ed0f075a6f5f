package io.drivedistill.navsim.birdseye;

import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.TrafficLight;
import io.drivedistill.navsim.map.BaselinePath;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.MapArea;
import io.drivedistill.navsim.map.MapLayer;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import io.drivedistill.navsim.scene.Pose2;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import org.locationtech.jts.awt.ShapeWriter;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;

/** Paints what does not move, below everything else. The pen's user space is the ego frame. */
final class MapPainter {
  private static final Color OFF_ROAD = new Color(0xF1F0EB);
  private static final Color WALKWAY = new Color(0xE6E4DB);
  private static final Color ROAD = new Color(0xD9DCE0);
  private static final Color ROUTE = new Color(0xC9DAEA);
  private static final Color CROSSWALK = new Color(0xF5F6F8);
  private static final Color LANE_EDGE = new Color(255, 255, 255, 210);
  private static final Color CENTRE_LINE = new Color(0x70, 0x78, 0x82, 90);
  private static final Color RED_LIGHT = new Color(0xC8, 0x20, 0x30, 150);

  private final Graphics2D pen;
  private final Pose2 egoInMap;
  private final double pixelM;
  private final ShapeWriter shapes;

  MapPainter(Graphics2D pen, Pose2 egoInMap, double pixelsPerM) {
    this.pen = pen;
    this.egoInMap = egoInMap;
    this.pixelM = 1 / pixelsPerM;
    this.shapes = new ShapeWriter((from, to) -> to.setLocation(inEgo(from.x, from.y)));
  }

  void paint(RoadMap map, Frame frame, double sizeM) {
    pen.setColor(OFF_ROAD);
    pen.fill(new Rectangle2D.Double(-sizeM, -sizeM, 2 * sizeM, 2 * sizeM));
    fillAreas(map.walkways(), WALKWAY, sizeM);
    fillAreas(map.carparks(), ROAD, sizeM);
    fillAreas(map.intersections(), ROAD, sizeM);
    for (Lane lane : map.lanes().near(egoInMap.xM(), egoInMap.yM(), sizeM)) {
      fill(lane.polygon(), ROAD);
    }
    for (Lane lane : map.laneConnectors().near(egoInMap.xM(), egoInMap.yM(), sizeM)) {
      fill(lane.polygon(), ROAD);
    }
    for (String id : frame.roadblockIds()) {
      Roadblock block = map.block(id);
      if (block != null) {
        fill(block.polygon(), ROUTE);
      }
    }
    fillAreas(map.crosswalks(), CROSSWALK, sizeM);
    for (Lane lane : map.lanes().near(egoInMap.xM(), egoInMap.yM(), sizeM)) {
      pen.setColor(LANE_EDGE);
      pen.setStroke(stroke(1.2 * pixelM));
      pen.draw(shape(lane.polygon()));
      drawBaseline(lane, CENTRE_LINE, dashes());
    }
    for (Lane lane : map.laneConnectors().near(egoInMap.xM(), egoInMap.yM(), sizeM)) {
      drawBaseline(lane, CENTRE_LINE, dashes());
    }
    for (TrafficLight light : frame.trafficLights()) {
      Lane lane = map.laneConnectors().find(Integer.toString(light.laneConnectorId()));
      if (light.red() && lane != null) {
        drawBaseline(lane, RED_LIGHT, stroke(2.2 * pixelM));
      }
    }
  }

  private void fillAreas(MapLayer<MapArea> areas, Color colour, double sizeM) {
    for (MapArea area : areas.near(egoInMap.xM(), egoInMap.yM(), sizeM)) {
      fill(area.polygon(), colour);
    }
  }

  private void fill(Geometry polygon, Color colour) {
    pen.setColor(colour);
    Shape shape = shape(polygon);
    pen.fill(shape);
    // Neighbours share an edge; without this a seam of background shines through.
    pen.setStroke(stroke(pixelM));
    pen.draw(shape);
  }

  private Shape shape(Geometry polygon) {
    return shapes.toShape(polygon);
  }

  private void drawBaseline(Lane lane, Color colour, BasicStroke stroke) {
    BaselinePath baseline = lane.baseline();
    Path2D line = new Path2D.Double();
    for (int i = 0; i < baseline.size(); i++) {
      Point2D point = inEgo(baseline.x(i), baseline.y(i));
      if (i == 0) {
        line.moveTo(point.getX(), point.getY());
      } else {
        line.lineTo(point.getX(), point.getY());
      }
    }
    pen.setColor(colour);
    pen.setStroke(stroke);
    pen.draw(line);
  }

  private Point2D inEgo(double xInMapM, double yInMapM) {
    Coordinate d = new Coordinate(xInMapM - egoInMap.xM(), yInMapM - egoInMap.yM());
    double cos = StrictMath.cos(egoInMap.headingRad());
    double sin = StrictMath.sin(egoInMap.headingRad());
    return new Point2D.Double(cos * d.x + sin * d.y, cos * d.y - sin * d.x);
  }

  private BasicStroke dashes() {
    return new BasicStroke(
        (float) pixelM,
        BasicStroke.CAP_BUTT,
        BasicStroke.JOIN_ROUND,
        1,
        new float[] {(float) (6 * pixelM), (float) (6 * pixelM)},
        0);
  }

  static BasicStroke stroke(double widthM) {
    return new BasicStroke((float) widthM, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }
}
