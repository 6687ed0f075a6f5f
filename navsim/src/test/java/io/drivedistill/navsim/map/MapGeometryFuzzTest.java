package io.drivedistill.navsim.map;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;

/** Any blob is either a geometry in metres or refused (docs/fuzzing.md). */
final class MapGeometryFuzzTest {
  private static final UtmProjection UTM = UtmProjection.ofEpsg(32617);

  @FuzzTest(maxDuration = "10m")
  void geometry(byte[] data) {
    try {
      Geometry geometry = GeoPackageGeometry.read(data, UTM);
      double extent = geometry.getEnvelopeInternal().getMaxX();
      if (!geometry.isEmpty() && !Double.isFinite(extent)) {
        throw new IllegalStateException("the geometry has no finite extent: " + extent);
      }
    } catch (ParseException | IllegalArgumentException refused) {
      // What MapReader turns into the user's message.
    }
  }
}
