package io.drivedistill.navsim.map;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.CoordinateSequence;
import org.locationtech.jts.geom.CoordinateSequenceFilter;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ByteOrderValues;
import org.locationtech.jts.io.WKBWriter;

/**
 * Writes a nuPlan map as GeoPackage with the schema of SPEC-pdms section 3. The file takes its name
 * when {@link #finish} is called; a writer that is closed before leaves nothing. Equal features in
 * equal order give equal bytes. Not for use by several threads.
 */
public final class MapWriter implements AutoCloseable {
  private static final int GEOGRAPHIC_SRS = 4326;
  private static final int GEOPACKAGE_APPLICATION = 0x47504B47;
  private static final int GEOPACKAGE_VERSION = 10200;
  private static final String CHANGED = "2026-01-01T00:00:00.000Z";
  private static final String WGS84 =
      "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"
          + "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],"
          + "AUTHORITY[\"EPSG\",\"4326\"]]";

  private final Path target;
  private final Path partial;
  private final UtmProjection projection;
  private final Connection connection;
  private final Map<MapTable, PreparedStatement> inserts = new EnumMap<>(MapTable.class);
  private final Map<MapTable, double[]> bounds = new EnumMap<>(MapTable.class);
  private final Map<MapTable, Integer> counts = new EnumMap<>(MapTable.class);
  private final WKBWriter wkb = new WKBWriter(2, ByteOrderValues.LITTLE_ENDIAN);

  /**
   * Starts a map.
   *
   * @param target the file to be, folders are made
   * @param location names the UTM zone of the geometries
   * @throws DriveDistillException if the file cannot be written
   */
  public MapWriter(Path target, MapLocation location) {
    this.target = target;
    this.partial = target.resolveSibling(target.getFileName() + AtomicFiles.PARTIAL);
    this.projection = UtmProjection.ofEpsg(location.epsgCode());
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.deleteIfExists(partial);
      connection = DriverManager.getConnection("jdbc:sqlite:" + partial);
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA journal_mode = OFF");
        statement.execute("PRAGMA synchronous = OFF");
        statement.execute("PRAGMA application_id = " + GEOPACKAGE_APPLICATION);
        statement.execute("PRAGMA user_version = " + GEOPACKAGE_VERSION);
      }
      connection.setAutoCommit(false);
      createTables(location);
    } catch (SQLException | IOException e) {
      throw failure(e);
    }
  }

  private void createTables(MapLocation location) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL"
              + " PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT"
              + " NULL, definition TEXT NOT NULL, description TEXT)");
      sql.execute(
          "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT"
              + " NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME"
              + " NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
              + " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES"
              + " gpkg_spatial_ref_sys(srs_id))");
      sql.execute(
          "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
              + " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m"
              + " TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
              + " CONSTRAINT uk_gc_table_name UNIQUE (table_name))");
      sql.execute(
          "CREATE TABLE gpkg_ogr_contents (table_name TEXT NOT NULL PRIMARY KEY, feature_count"
              + " INTEGER DEFAULT NULL)");
      for (MapTable layer : MapTable.values()) {
        sql.execute(
            "CREATE TABLE "
                + layer.tableName()
                + " (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom "
                + layer.geometryType()
                + ", "
                + layer.columns()
                + ")");
        inserts.put(
            layer,
            connection.prepareStatement(
                "INSERT INTO "
                    + layer.tableName()
                    + " VALUES (?, ?"
                    + ", ?".repeat(layer.columnCount())
                    + ")"));
        bounds.put(
            layer,
            new double[] {
              Double.POSITIVE_INFINITY,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              Double.NEGATIVE_INFINITY
            });
        counts.put(layer, 0);
      }
      sql.execute(
          "CREATE TABLE meta (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT, value"
              + " TEXT)");
    }
    insertReferenceSystems();
    insertRow("meta", 1, "projectedCoordSystem", "epsg:" + location.epsgCode());
    insertRow("meta", 2, "location", location.officialName());
  }

  private void insertReferenceSystems() throws SQLException {
    insertRow(
        "gpkg_spatial_ref_sys",
        "Undefined Cartesian SRS",
        -1,
        "NONE",
        -1,
        "undefined",
        "undefined Cartesian coordinate reference system");
    insertRow(
        "gpkg_spatial_ref_sys",
        "Undefined geographic SRS",
        0,
        "NONE",
        0,
        "undefined",
        "undefined geographic coordinate reference system");
    insertRow(
        "gpkg_spatial_ref_sys",
        "WGS 84 geodetic",
        GEOGRAPHIC_SRS,
        "EPSG",
        GEOGRAPHIC_SRS,
        WGS84,
        "longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid");
  }

  private void insertRow(String table, Object... values) throws SQLException {
    String sql = "INSERT INTO " + table + " VALUES (?" + ", ?".repeat(values.length - 1) + ")";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  /**
   * Adds a feature.
   *
   * @param layer where
   * @param fid feature id, unique within the layer
   * @param utmGeometry geometry in UTM metres of the location's zone; left untouched
   * @param values values of the layer's columns after fid and geom, null for NULL
   */
  public void add(MapTable layer, int fid, Geometry utmGeometry, Object... values) {
    if (values.length != layer.columnCount()) {
      throw new IllegalArgumentException(
          layer + " has " + layer.columnCount() + " columns, found " + values.length);
    }
    Geometry geographic = utmGeometry.copy();
    geographic.apply(new ToGeographic(bounds.get(layer)));
    try {
      PreparedStatement insert = inserts.get(layer);
      insert.setInt(1, fid);
      insert.setBytes(2, blob(geographic));
      for (int i = 0; i < values.length; i++) {
        insert.setObject(i + 3, values[i]);
      }
      insert.executeUpdate();
      counts.merge(layer, 1, Integer::sum);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private byte[] blob(Geometry geographic) {
    byte[] body = wkb.write(geographic);
    ByteBuffer blob = ByteBuffer.allocate(8 + body.length).order(ByteOrder.LITTLE_ENDIAN);
    blob.put((byte) 'G').put((byte) 'P').put((byte) 0).put((byte) 1).putInt(GEOGRAPHIC_SRS);
    return blob.put(body).array();
  }

  /** Completes the file and gives it its name. */
  public void finish() {
    try {
      for (MapTable layer : MapTable.values()) {
        double[] b = bounds.get(layer);
        boolean empty = counts.get(layer) == 0;
        insertRow(
            "gpkg_contents",
            layer.tableName(),
            "features",
            layer.tableName(),
            "",
            CHANGED,
            empty ? null : b[0],
            empty ? null : b[1],
            empty ? null : b[2],
            empty ? null : b[3],
            GEOGRAPHIC_SRS);
        insertRow(
            "gpkg_geometry_columns",
            layer.tableName(),
            "geom",
            layer.geometryType(),
            GEOGRAPHIC_SRS,
            0,
            0);
        insertRow("gpkg_ogr_contents", layer.tableName(), counts.get(layer));
      }
      insertRow(
          "gpkg_contents", "meta", "attributes", "meta", "", CHANGED, null, null, null, null, 0);
      insertRow("gpkg_ogr_contents", "meta", 2);
      connection.commit();
      closeConnection();
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (SQLException | IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() {
    try {
      closeConnection();
      Files.deleteIfExists(partial);
    } catch (SQLException | IOException e) {
      throw failure(e);
    }
  }

  private void closeConnection() throws SQLException {
    if (!connection.isClosed()) {
      for (PreparedStatement insert : inserts.values()) {
        insert.close();
      }
      connection.close();
    }
  }

  private DriveDistillException failure(Exception e) {
    return new DriveDistillException(
        "Could not write the map " + target.toAbsolutePath() + ": " + e.getMessage(),
        "Maybe the disk is full or the folder is not writable; free some space and run the same"
            + " command again.",
        e);
  }

  /** Turns UTM into longitude and latitude in place and widens the layer's bounds. */
  private final class ToGeographic implements CoordinateSequenceFilter {
    private final double[] layerBounds;

    ToGeographic(double[] layerBounds) {
      this.layerBounds = layerBounds;
    }

    @Override
    public void filter(CoordinateSequence sequence, int i) {
      Coordinate c = projection.inverse(sequence.getX(i), sequence.getY(i));
      sequence.setOrdinate(i, CoordinateSequence.X, c.getX());
      sequence.setOrdinate(i, CoordinateSequence.Y, c.getY());
      layerBounds[0] = Math.min(layerBounds[0], c.getX());
      layerBounds[1] = Math.min(layerBounds[1], c.getY());
      layerBounds[2] = Math.max(layerBounds[2], c.getX());
      layerBounds[3] = Math.max(layerBounds[3], c.getY());
    }

    @Override
    public boolean isDone() {
      return false;
    }

    @Override
    public boolean isGeometryChanged() {
      return true;
    }
  }
}
