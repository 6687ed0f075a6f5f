package io.drivedistill.navsim.map;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;

/**
 * Read access to the layers of a GeoPackage (OGC 12-128r19, SPEC-pdms section 3), rows in ascending
 * feature id, geometries reprojected. Closing releases the file.
 */
final class GeoPackage implements AutoCloseable {
  private final Connection connection;

  /** One row: feature id, geometry or null, and the other columns that were asked for. */
  record Row(long fid, Geometry geometry, Map<String, Object> values) {
    /** A foreign key as decimal text, or null; the column may be integer, real or text. */
    String key(String column) {
      Object value = values.get(column);
      return value instanceof Number number
          ? String.valueOf(number.longValue())
          : value instanceof String text && !text.isEmpty() ? text : null;
    }

    String id() {
      return String.valueOf(fid);
    }
  }

  private GeoPackage(Connection connection) {
    this.connection = connection;
  }

  static GeoPackage open(Path file) throws SQLException {
    Properties options = new Properties();
    options.setProperty("open_mode", "1"); // SQLITE_OPEN_READONLY
    return new GeoPackage(
        DriverManager.getConnection(
            "jdbc:sqlite:" + file.toAbsolutePath().toUri() + "?immutable=1", options));
  }

  /** The value of a key of the {@code meta} layer, or null. */
  String meta(String key) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT value FROM meta WHERE key = ? ORDER BY rowid")) {
      query.setString(1, key);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    }
  }

  boolean hasLayer(String layer) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT 1 FROM sqlite_master WHERE name = ?")) {
      query.setString(1, layer);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** All rows of a layer; names of layer and columns come from this package, never from a file. */
  List<Row> rows(String layer, UtmProjection projection, String... columns)
      throws SQLException, ParseException {
    StringBuilder select = new StringBuilder("SELECT rowid, geom");
    for (String column : columns) {
      select.append(", ").append(column);
    }
    List<Row> list = new ArrayList<>();
    try (Statement query = connection.createStatement();
        ResultSet rows = query.executeQuery(select + " FROM " + layer + " ORDER BY rowid")) {
      while (rows.next()) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < columns.length; i++) {
          values.put(columns[i], rows.getObject(3 + i));
        }
        byte[] blob = rows.getBytes(2);
        Geometry geometry = blob == null ? null : GeoPackageGeometry.read(blob, projection);
        list.add(new Row(rows.getLong(1), geometry, values));
      }
    }
    return list;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
