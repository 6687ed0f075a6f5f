package io.drivedistill.navsim.town;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogReader;
import io.drivedistill.navsim.log.LogWriter;
import io.drivedistill.navsim.log.Matrix;
import io.drivedistill.navsim.log.Vector3;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.prep.PreparedGeometry;
import org.locationtech.jts.geom.prep.PreparedGeometryFactory;

class CameraRendererTest {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 270;
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  @Test
  void boxesProjectedWithTheLogsNumbersLandOnWhatIsDrawn(@TempDir Path folder) {
    Town town = Towns.of(TownKind.GRID, 4);
    TownView view = new TownView(new GroundTexture(town, 0.5), new StreetPainter(town), 1);
    SynthSpec spec = SynthSpec.of("test", 1, 1).withImages(WIDTH, HEIGHT);
    List<Snapshot> drive = Drive.of(town, 24, 2);
    Path file = folder.resolve("log.pkl");
    LogWriter.write(file, new FrameRecords(spec, town, LogName.of(spec, 0)).of(drive));
    List<Frame> frames = LogReader.read(file);
    int drawn = 0;
    int filled = 0;
    for (CameraName name : CameraName.values()) {
      CameraRenderer camera =
          new CameraRenderer(CameraRig.of(name, WIDTH, HEIGHT), WIDTH, HEIGHT, true);
      for (int k = 0; k < drive.size(); k += 4) {
        camera.render(drive.get(k), view);
        Frame frame = frames.get(k);
        List<AnnotatedBox> boxes = frame.annotations().orElseThrow();
        Map<Integer, List<Coordinate>> pixelsOfOwners = pixels(camera.owners());
        for (int b = 0; b < boxes.size(); b++) {
          int owner = drive.get(k).bodies().get(b).track() + 1;
          List<Coordinate> pixels = pixelsOfOwners.getOrDefault(owner, List.of());
          Geometry hull = hull(frame.camera(name).orElseThrow(), boxes.get(b));
          if (pixels.isEmpty() || hull == null) {
            continue;
          }
          drawn++;
          PreparedGeometry widened = PreparedGeometryFactory.prepare(hull.buffer(0.75));
          for (Coordinate pixel : pixels) {
            assertThat(widened.contains(GEOMETRIES.createPoint(pixel)))
                .as("%s of frame %d in %s at %s", boxes.get(b), k, name, pixel)
                .isTrue();
          }
          filled += pixels.size() > 0.6 * hull.getArea() ? 1 : 0;
        }
      }
    }
    assertThat(drawn).isGreaterThan(50);
    assertThat(filled).as("boxes that the drawn body fills").isGreaterThan(drawn / 4);
  }

  private static Map<Integer, List<Coordinate>> pixels(int[] owners) {
    Map<Integer, List<Coordinate>> pixels = new HashMap<>();
    for (int at = 0; at < owners.length; at++) {
      if (owners[at] != 0) {
        pixels
            .computeIfAbsent(owners[at], owner -> new ArrayList<>())
            .add(new Coordinate(at % WIDTH + 0.5, Math.floorDiv(at, WIDTH) + 0.5));
      }
    }
    return pixels;
  }

  /** Outline of the box in the picture by the log's calibration, null if it reaches behind. */
  private static Geometry hull(CameraView view, AnnotatedBox box) {
    Matrix rotation = view.rotationCameraToLidar();
    Vector3 at = view.translationCameraInLidarM();
    Matrix k = view.intrinsics();
    List<Coordinate> corners = new ArrayList<>();
    double c = Math.cos(box.headingInEgoRad());
    double s = Math.sin(box.headingInEgoRad());
    for (int corner = 0; corner < 8; corner++) {
      double a = ((corner & 1) - 0.5) * box.lengthM();
      double b = ((corner >> 1 & 1) - 0.5) * box.widthM();
      double h = ((corner >> 2) - 0.5) * box.heightM();
      double[] d = {
        box.centerInEgoM().x() + a * c - b * s - at.x(),
        box.centerInEgoM().y() + a * s + b * c - at.y(),
        box.centerInEgoM().z() + h - at.z()
      };
      double[] p = new double[3];
      for (int row = 0; row < 3; row++) {
        for (int axis = 0; axis < 3; axis++) {
          p[row] += rotation.get(axis, row) * d[axis];
        }
      }
      if (p[2] < 0.2) {
        return null;
      }
      corners.add(
          new Coordinate(
              k.get(0, 0) * p[0] / p[2] + k.get(0, 2), k.get(1, 1) * p[1] / p[2] + k.get(1, 2)));
    }
    return GEOMETRIES.createMultiPointFromCoords(corners.toArray(Coordinate[]::new)).convexHull();
  }
}
