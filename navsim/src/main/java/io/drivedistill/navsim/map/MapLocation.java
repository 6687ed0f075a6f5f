package io.drivedistill.navsim.map;

/**
 * The four locations of NAVSIM. The official reader accepts no other name and opens all four maps
 * at start, so a data set has all of them.
 */
public enum MapLocation {
  /** Singapore. */
  SINGAPORE("sg-one-north", "9.17.1964", 32648),
  /** Boston. */
  BOSTON("us-ma-boston", "9.12.1817", 32619),
  /** Las Vegas. */
  LAS_VEGAS("us-nv-las-vegas-strip", "9.15.1915", 32611),
  /** Pittsburgh. */
  PITTSBURGH("us-pa-pittsburgh-hazelwood", "9.17.1937", 32617);

  private final String officialName;
  private final String version;
  private final int epsgCode;

  MapLocation(String officialName, String version, int epsgCode) {
    this.officialName = officialName;
    this.version = version;
    this.epsgCode = epsgCode;
  }

  /** The folder name and the value of {@code map_location} in logs. */
  public String officialName() {
    return officialName;
  }

  /** The published map version, name of the folder below the location. */
  public String version() {
    return version;
  }

  /** EPSG code of the UTM zone. */
  public int epsgCode() {
    return epsgCode;
  }
}
