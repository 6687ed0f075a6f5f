package io.drivedistill.navsim.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;

class MapWriterTest {
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  @TempDir Path folder;

  @Test
  void everyLayerHasTheColumnsOfTheReferenceMap() throws SQLException {
    Path reference =
        new DatasetLayout(SharedFiles.bundledOracle())
            .mapFile(MapLocation.LAS_VEGAS.officialName());
    Path written = folder.resolve("map.gpkg");
    try (MapWriter writer = new MapWriter(written, MapLocation.LAS_VEGAS)) {
      writer.finish();
    }
    for (MapTable table : MapTable.values()) {
      assertThat(columns(written, table.tableName()))
          .as(table.tableName())
          .isEqualTo(columns(reference, table.tableName()));
    }
    assertThat(columns(written, "meta")).isEqualTo(columns(reference, "meta"));
    assertThat(rows(written, "SELECT table_name, data_type, srs_id FROM gpkg_contents"))
        .isEqualTo(rows(reference, "SELECT table_name, data_type, srs_id FROM gpkg_contents"));
    assertThat(rows(written, "PRAGMA application_id"))
        .isEqualTo(rows(reference, "PRAGMA application_id"));
  }

  @Test
  void aMapThatIsNotFinishedLeavesNothing() throws Exception {
    Path written = folder.resolve("map.gpkg");
    try (MapWriter writer = new MapWriter(written, MapLocation.BOSTON)) {
      writer.add(
          MapTable.WALKWAYS,
          1,
          GEOMETRIES.createPolygon(
              new Coordinate[] {
                new Coordinate(325000, 4680000),
                new Coordinate(325001, 4680000),
                new Coordinate(325001, 4680001),
                new Coordinate(325000, 4680000)
              }),
          "test");
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private static List<String> columns(Path map, String table) throws SQLException {
    return rows(map, "SELECT name, type FROM pragma_table_info('" + table + "')");
  }

  private static List<String> rows(Path map, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + map);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int k = 1; k <= columns; k++) {
          row.append(result.getString(k)).append('|');
        }
        rows.add(row.toString());
      }
      rows.sort(String::compareTo);
      return rows;
    }
  }
}
