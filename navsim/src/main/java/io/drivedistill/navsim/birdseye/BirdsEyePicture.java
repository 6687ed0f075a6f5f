package io.drivedistill.navsim.birdseye;

import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A square picture of a scene from above at its current frame. The ego vehicle looks up and stands
 * at a quarter of the height. Objects are filled where they are now and outlined, ever fainter,
 * where they go in each second to come. Nothing is written into the picture, so it needs no font.
 *
 * <p>Make it, draw trajectories, take the PNG. Not for use by several threads.
 */
public final class BirdsEyePicture {
  private static final double EGO_LENGTH_M = 5.176;
  private static final double EGO_WIDTH_M = 2.297;
  private static final double REAR_AXLE_TO_CENTRE_M = 1.461;
  private static final double EGO_HEIGHT_SHARE = 0.25;
  private static final int FRAMES_PER_OUTLINE = 2;
  private static final int STEPS_PER_FOOTPRINT = 5;
  private static final Color EGO = new Color(0x1F2328);

  private final Scene scene;
  private final Pose2 egoInMap;
  private final BufferedImage image;
  private final Graphics2D pen;
  private final double pixelsPerM;

  /**
   * Draws the map and the objects.
   *
   * @param scene the scene; its current frame needs annotations for objects to be seen
   * @param map map of the scene's location
   * @param sizePx width and height of the picture
   * @param sizeM metres that width and height show
   */
  public BirdsEyePicture(Scene scene, RoadMap map, int sizePx, double sizeM) {
    this.scene = scene;
    this.egoInMap = Scene.egoInMap(scene.current());
    this.image = new BufferedImage(sizePx, sizePx, BufferedImage.TYPE_INT_RGB);
    this.pixelsPerM = sizePx / sizeM;
    this.pen = image.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    // User space becomes the ego frame: x forward is up, y left is left.
    pen.transform(
        new AffineTransform(
            0, -pixelsPerM, -pixelsPerM, 0, sizePx / 2.0, sizePx * (1 - EGO_HEIGHT_SHARE)));
    new MapPainter(pen, egoInMap, pixelsPerM).paint(map, scene.current(), sizeM);
    drawObjects();
    drawBox(new Pose2(REAR_AXLE_TO_CENTRE_M, 0, 0), EGO_LENGTH_M, EGO_WIDTH_M, EGO, null);
  }

  private void drawObjects() {
    List<Frame> future = scene.future();
    for (int k = FRAMES_PER_OUTLINE - 1; k < future.size(); k += FRAMES_PER_OUTLINE) {
      int alpha = 190 - 150 * k / future.size();
      for (AnnotatedBox box : future.get(k).annotations().orElse(List.of())) {
        if (box.type().isAgent()) {
          Color colour = colour(box.type());
          drawBox(
              inCurrentEgo(box, future.get(k)),
              box.lengthM(),
              box.widthM(),
              null,
              new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), alpha));
        }
      }
    }
    for (AnnotatedBox box : scene.current().annotations().orElse(List.of())) {
      Color colour = colour(box.type());
      drawBox(
          inCurrentEgo(box, scene.current()), box.lengthM(), box.widthM(), colour, colour.darker());
    }
  }

  private static Color colour(ObjectType type) {
    return switch (type) {
      case VEHICLE -> new Color(0x6F8096);
      case PEDESTRIAN -> new Color(0xC0562B);
      case BICYCLE -> new Color(0x8A5FA8);
      case TRAFFIC_CONE, CZONE_SIGN -> new Color(0xE08A1E);
      case BARRIER, GENERIC_OBJECT -> new Color(0x8B8274);
      case EGO -> EGO;
    };
  }

  /**
   * Draws a plan as a line with a dot at each pose and the vehicle's outline at the last one.
   *
   * @param rgb colour as 0xRRGGBB
   */
  public void drawTrajectory(Trajectory trajectory, int rgb) {
    Path2D line = new Path2D.Double();
    line.moveTo(0, 0);
    trajectory.poses().forEach(pose -> line.lineTo(pose.xM(), pose.yM()));
    pen.setStroke(stroke(4.5));
    pen.setColor(new Color(255, 255, 255, 190));
    pen.draw(line);
    pen.setStroke(stroke(2.2));
    pen.setColor(new Color(rgb));
    pen.draw(line);
    double radiusM = 3.2 / pixelsPerM;
    for (Pose2 pose : trajectory.poses()) {
      pen.fill(
          new Ellipse2D.Double(pose.xM() - radiusM, pose.yM() - radiusM, 2 * radiusM, 2 * radiusM));
    }
    Pose2 last = trajectory.poses().get(trajectory.poses().size() - 1);
    Pose2 centre = new Pose2(REAR_AXLE_TO_CENTRE_M, 0, 0).from(last);
    drawBox(centre, EGO_LENGTH_M, EGO_WIDTH_M, null, new Color(rgb));
  }

  /**
   * Outlines the ego vehicle where it really drives when it follows a plan, every half second.
   *
   * @param posesInMap rear axle poses in the map, 0.1 s apart: x, y, heading
   * @param rgb colour as 0xRRGGBB
   */
  public void drawDriven(List<double[]> posesInMap, int rgb) {
    Color faint = new Color(rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF, 130);
    for (int step = STEPS_PER_FOOTPRINT; step < posesInMap.size(); step += STEPS_PER_FOOTPRINT) {
      double[] pose = posesInMap.get(step);
      Pose2 inEgo = Pose2.relative(new Pose2(pose[0], pose[1], pose[2]), egoInMap);
      Pose2 centre = new Pose2(REAR_AXLE_TO_CENTRE_M, 0, 0).from(inEgo);
      drawBox(centre, EGO_LENGTH_M, EGO_WIDTH_M, null, faint);
    }
  }

  /**
   * Outlines an object at all times it is annotated, such as one that a plan collides with.
   *
   * @param trackToken the object's token over time
   * @param rgb colour as 0xRRGGBB
   */
  public void outlineTrack(String trackToken, int rgb) {
    for (Frame frame : scene.frames().subList(scene.historyFrames() - 1, scene.frames().size())) {
      for (AnnotatedBox box : frame.annotations().orElse(List.of())) {
        if (box.trackToken().equals(trackToken)) {
          drawBox(inCurrentEgo(box, frame), box.lengthM(), box.widthM(), null, new Color(rgb));
        }
      }
    }
  }

  private Pose2 inCurrentEgo(AnnotatedBox box, Frame frame) {
    Pose2 inEgo = new Pose2(box.centerInEgoM().x(), box.centerInEgoM().y(), box.headingInEgoRad());
    return Pose2.relative(inEgo.from(Scene.egoInMap(frame)), egoInMap);
  }

  private void drawBox(Pose2 centre, double lengthM, double widthM, Color fill, Color outline) {
    AffineTransform place = AffineTransform.getTranslateInstance(centre.xM(), centre.yM());
    place.rotate(centre.headingRad());
    Shape box =
        place.createTransformedShape(
            new Rectangle2D.Double(-lengthM / 2, -widthM / 2, lengthM, widthM));
    if (fill != null) {
      pen.setColor(fill);
      pen.fill(box);
    }
    if (outline != null) {
      pen.setStroke(stroke(1.3));
      pen.setColor(outline);
      pen.draw(box);
    }
  }

  private BasicStroke stroke(double pixels) {
    return MapPainter.stroke(pixels / pixelsPerM);
  }

  /** The picture as a PNG file's bytes. */
  public byte[] toPng() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }
}
