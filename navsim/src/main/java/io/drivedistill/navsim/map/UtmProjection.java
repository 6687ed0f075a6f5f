package io.drivedistill.navsim.map;

import io.drivedistill.core.DriveDistillException;
import org.locationtech.jts.geom.Coordinate;

/**
 * Universal Transverse Mercator on WGS84, forward and inverse, by the Krueger series of order 6 in
 * the form of Poder and Engsager (series coefficients as in C. F. F. Karney, "Transverse Mercator
 * with an accuracy of a few nanometers", J. Geodesy 2011, and "On auxiliary latitudes", 2023).
 *
 * <p>The forward direction sums in the order of PROJ, because the last bit of a northing (1e-9 m)
 * can be seen in a score. Uses {@link StrictMath} only, so that all Java runtimes give the same
 * bits. Thread-safe.
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
  private static final double RADIANS_PER_DEGREE = Math.PI / 180;
  private static final double RECTIFYING_SCALE =
      SCALE / (1 + N) * (1 + N * N * (1.0 / 4 + N * N * (1.0 / 64 + N * N / 256)));

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

  /** Sine series from geographic to conformal latitude. */
  private static final double[] CONFORMAL = {
    N
        * (-2
            + N
                * (2 / 3.0
                    + N * (4 / 3.0 + N * (-82 / 45.0 + N * (32 / 45.0 + N * (4642 / 4725.0)))))),
    N
        * N
        * (5 / 3.0 + N * (-16 / 15.0 + N * (-13 / 9.0 + N * (904 / 315.0 + N * (-1522 / 945.0))))),
    N * N * N * (-26 / 15.0 + N * (34 / 21.0 + N * (8 / 5.0 + N * (-12686 / 2835.0)))),
    N * N * N * N * (1237 / 630.0 + N * (-12 / 5.0 + N * (-24832 / 14175.0))),
    N * N * N * N * N * (-734 / 315.0 + N * (109598 / 31185.0)),
    N * N * N * N * N * N * (444337 / 155925.0)
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
    this.centralMeridianRad = (zone - 0.5) * Math.PI / 30 - Math.PI;
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
    double latitude = latitudeDeg * RADIANS_PER_DEGREE;
    double lambda = longitudeDeg * RADIANS_PER_DEGREE - centralMeridianRad;
    double conformal =
        latitude
            + sineSeries(CONFORMAL, StrictMath.sin(2 * latitude), StrictMath.cos(2 * latitude));
    double sin = StrictMath.sin(conformal);
    double cos = StrictMath.cos(conformal);
    double x = cos * StrictMath.cos(lambda);
    double inverse = 1 / StrictMath.hypot(sin, x);
    double tangent = StrictMath.sin(lambda) * cos * inverse;
    // Double angles of the sphere's north and east without further trigonometry.
    double twice = 2 * inverse;
    double twiceSquared = twice * inverse;
    double share = x * twiceSquared;
    Coordinate shift =
        complexSeries(ALPHA, sin * share, x * share - 1, tangent * twice, twiceSquared - 1);
    double north = StrictMath.atan2(sin, x) + shift.y;
    double east = asinh(tangent) + shift.x;
    return new Coordinate(
        SEMI_MAJOR_M * (RECTIFYING_SCALE * east) + FALSE_EASTING_M,
        SEMI_MAJOR_M * (RECTIFYING_SCALE * north) + falseNorthingM);
  }

  /** Sum of {@code c[k] sin(2 (k + 1) angle)} by Clenshaw's recurrence. */
  private static double sineSeries(double[] c, double sin, double cos) {
    double before = 0;
    double sum = c[ORDER - 1];
    for (int k = ORDER - 2; k >= 0; k--) {
      double next = -before + 2 * cos * sum + c[k];
      before = sum;
      sum = next;
    }
    return sum * sin;
  }

  /** The same for a complex angle; x is the imaginary part (east), y the real part (north). */
  private static Coordinate complexSeries(
      double[] c, double sin, double cos, double sinh, double cosh) {
    double factorReal = 2 * cos * cosh;
    double factorImaginary = -2 * sin * sinh;
    double real = c[ORDER - 1];
    double imaginary = 0;
    double realBefore = 0;
    double imaginaryBefore = 0;
    for (int k = ORDER - 2; k >= 0; k--) {
      double nextReal = -realBefore + factorReal * real - factorImaginary * imaginary + c[k];
      double nextImaginary = -imaginaryBefore + factorImaginary * real + factorReal * imaginary;
      realBefore = real;
      imaginaryBefore = imaginary;
      real = nextReal;
      imaginary = nextImaginary;
    }
    double scaleReal = sin * cosh;
    double scaleImaginary = cos * sinh;
    return new Coordinate(
        scaleReal * imaginary + scaleImaginary * real,
        scaleReal * real - scaleImaginary * imaginary);
  }

  /** Longitude (x) and latitude (y) in degrees of a point in metres. */
  public Coordinate inverse(double eastM, double northM) {
    double xi = (northM - falseNorthingM) / (SEMI_MAJOR_M * RECTIFYING_SCALE);
    double eta = (eastM - FALSE_EASTING_M) / (SEMI_MAJOR_M * RECTIFYING_SCALE);
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
