package io.drivedistill.navsim.map;

import io.drivedistill.core.DriveDistillException;
import org.locationtech.jts.geom.Coordinate;

/**
 * Universal Transverse Mercator on WGS84, forward and inverse, by the Krueger series of order 6 (C.
 * F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers", J. Geodesy 2011, eqs. 7
 * to 36). Agrees with PROJ within nanometres inside a zone. Uses {@link StrictMath} only, so that
 * all Java runtimes give the same bits. Thread-safe.
 */
public final class UtmProjection {
  private static final double SEMI_MAJOR_M = 6378137.0;
  private static final double FLATTENING = 1 / 298.257223563;
  private static final double SCALE = 0.9996;
  private static final double FALSE_EASTING_M = 500_000;
  private static final double FALSE_NORTHING_SOUTH_M = 10_000_000;
  private static final int ORDER = 6;

  private static final double N = FLATTENING / (2 - FLATTENING);
  private static final double ECCENTRICITY = Math.sqrt(FLATTENING * (2 - FLATTENING));
  private static final double RECTIFYING_RADIUS_M =
      SEMI_MAJOR_M / (1 + N) * (1 + N * N * (1.0 / 4 + N * N * (1.0 / 64 + N * N / 256)));

  private static final double[] ALPHA = {
    N
        * (1.0 / 2
            + N
                * (-2.0 / 3
                    + N * (5.0 / 16 + N * (41.0 / 180 + N * (-127.0 / 288 + N * 7891.0 / 37800))))),
    N
        * N
        * (13.0 / 48
            + N * (-3.0 / 5 + N * (557.0 / 1440 + N * (281.0 / 630 + N * -1983433.0 / 1935360)))),
    N * N * N * (61.0 / 240 + N * (-103.0 / 140 + N * (15061.0 / 26880 + N * 167603.0 / 181440))),
    N * N * N * N * (49561.0 / 161280 + N * (-179.0 / 168 + N * 6601661.0 / 7257600)),
    N * N * N * N * N * (34729.0 / 80640 + N * -3418889.0 / 1995840),
    N * N * N * N * N * N * 212378941.0 / 319334400
  };

  private static final double[] BETA = {
    N
        * (1.0 / 2
            + N
                * (-2.0 / 3
                    + N
                        * (37.0 / 96
                            + N * (-1.0 / 360 + N * (-81.0 / 512 + N * 96199.0 / 604800))))),
    N
        * N
        * (1.0 / 48
            + N * (1.0 / 15 + N * (-437.0 / 1440 + N * (46.0 / 105 + N * -1118711.0 / 3870720)))),
    N * N * N * (17.0 / 480 + N * (-37.0 / 840 + N * (-209.0 / 4480 + N * 5569.0 / 90720))),
    N * N * N * N * (4397.0 / 161280 + N * (-11.0 / 504 + N * -830251.0 / 7257600)),
    N * N * N * N * N * (4583.0 / 161280 + N * -108847.0 / 3991680),
    N * N * N * N * N * N * 20648693.0 / 638668800
  };

  private final int epsgCode;
  private final double centralMeridianRad;
  private final double falseNorthingM;

  private UtmProjection(int epsgCode, int zone, boolean south) {
    this.epsgCode = epsgCode;
    this.centralMeridianRad = StrictMath.toRadians(zone * 6.0 - 183.0);
    this.falseNorthingM = south ? FALSE_NORTHING_SOUTH_M : 0;
  }

  /**
   * The projection of a code 32601 to 32660 (north) or 32701 to 32760 (south).
   *
   * @throws DriveDistillException for any other code
   */
  public static UtmProjection ofEpsg(int epsgCode) {
    int zone = epsgCode % 100;
    int family = epsgCode / 100;
    if ((family != 326 && family != 327) || zone < 1 || zone > 60) {
      throw new DriveDistillException(
          "Expected the EPSG code of a WGS84 UTM zone (32601 to 32660 or 32701 to 32760), found "
              + epsgCode
              + ".",
          "Maybe the map was stored for another coordinate system; reproject it to a UTM zone.");
    }
    return new UtmProjection(epsgCode, zone, family == 327);
  }

  /** The EPSG code. */
  public int epsgCode() {
    return epsgCode;
  }

  /** East and north in metres of a longitude and latitude in degrees. */
  public Coordinate forward(double longitudeDeg, double latitudeDeg) {
    double lambda = StrictMath.toRadians(longitudeDeg) - centralMeridianRad;
    double tau = StrictMath.tan(StrictMath.toRadians(latitudeDeg));
    double tauConformal = conformal(tau);
    double cosLambda = StrictMath.cos(lambda);
    double xiSphere = StrictMath.atan2(tauConformal, cosLambda);
    double etaSphere =
        asinh(
            StrictMath.sin(lambda)
                / Math.sqrt(tauConformal * tauConformal + cosLambda * cosLambda));
    double xi = xiSphere;
    double eta = etaSphere;
    for (int j = ORDER; j >= 1; j--) {
      xi += ALPHA[j - 1] * StrictMath.sin(2 * j * xiSphere) * StrictMath.cosh(2 * j * etaSphere);
      eta += ALPHA[j - 1] * StrictMath.cos(2 * j * xiSphere) * StrictMath.sinh(2 * j * etaSphere);
    }
    return new Coordinate(
        FALSE_EASTING_M + SCALE * RECTIFYING_RADIUS_M * eta,
        falseNorthingM + SCALE * RECTIFYING_RADIUS_M * xi);
  }

  /** Longitude (x) and latitude (y) in degrees of a point in metres. */
  public Coordinate inverse(double eastM, double northM) {
    double xi = (northM - falseNorthingM) / (SCALE * RECTIFYING_RADIUS_M);
    double eta = (eastM - FALSE_EASTING_M) / (SCALE * RECTIFYING_RADIUS_M);
    double xiSphere = xi;
    double etaSphere = eta;
    for (int j = ORDER; j >= 1; j--) {
      xiSphere -= BETA[j - 1] * StrictMath.sin(2 * j * xi) * StrictMath.cosh(2 * j * eta);
      etaSphere -= BETA[j - 1] * StrictMath.cos(2 * j * xi) * StrictMath.sinh(2 * j * eta);
    }
    double sinhEta = StrictMath.sinh(etaSphere);
    double cosXi = StrictMath.cos(xiSphere);
    double tauConformal = StrictMath.sin(xiSphere) / Math.sqrt(sinhEta * sinhEta + cosXi * cosXi);
    double lambda = StrictMath.atan2(sinhEta, cosXi);
    return new Coordinate(
        StrictMath.toDegrees(lambda + centralMeridianRad),
        StrictMath.toDegrees(StrictMath.atan(geographic(tauConformal))));
  }

  /** Tangent of the conformal latitude from that of the geographic latitude. */
  private static double conformal(double tau) {
    double secant = Math.sqrt(1 + tau * tau);
    double sigma = StrictMath.sinh(ECCENTRICITY * atanh(ECCENTRICITY * tau / secant));
    return tau * Math.sqrt(1 + sigma * sigma) - sigma * secant;
  }

  /** Newton's method; three steps reach the last bit for any latitude of a UTM zone. */
  private static double geographic(double tauConformal) {
    double e2 = ECCENTRICITY * ECCENTRICITY;
    double tau = tauConformal / (1 - e2);
    for (int i = 0; i < 5; i++) {
      double guess = conformal(tau);
      double step =
          (tauConformal - guess)
              / Math.sqrt(1 + guess * guess)
              * (1 + (1 - e2) * tau * tau)
              / ((1 - e2) * Math.sqrt(1 + tau * tau));
      tau += step;
      if (Math.abs(step) < 1e-16 * Math.max(1, Math.abs(tau))) {
        break;
      }
    }
    return tau;
  }

  private static double asinh(double x) {
    double size = Math.abs(x);
    double value = StrictMath.log1p(size + size * size / (1 + Math.sqrt(1 + size * size)));
    return Math.copySign(value, x);
  }

  private static double atanh(double x) {
    return 0.5 * StrictMath.log1p(2 * x / (1 - x));
  }
}
