package io.drivedistill.navsim.imported;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A made-up Argoverse 2 log: two lanes eastward over a junction, with a lane to the south out of
 * it. The ego drives on the left lane at 10 m/s for 15 s, a car 20 m ahead of it, another one
 * parked on the right.
 */
final class TinyArgoverse {
  static final String LOG = "0b0b0b0b-1111-2222-3333-444444444444";
  static final double SPEED_MPS = 10;
  private static final long START_NS = 315_966_253_000_000_000L;
  private static final double LANE_M = 3.5;
  private static final double START_X_M = 1020;

  private TinyArgoverse() {}

  static Path write(Path root) throws IOException {
    Path log = Files.createDirectories(root.resolve(LOG));
    Files.writeString(log.resolve("city_SE3_egovehicle.csv"), poses());
    Files.writeString(log.resolve("annotations.csv"), boxes());
    Path map = Files.createDirectories(log.resolve("map"));
    Files.writeString(map.resolve("log_map_archive_" + LOG + "____PIT_city_1.json"), map());
    return log;
  }

  private static String poses() {
    StringBuilder text = new StringBuilder("timestamp_ns,qw,qx,qy,qz,tx_m,ty_m,tz_m\n");
    for (int k = 0; k <= 1500; k++) {
      double x = START_X_M + SPEED_MPS * k * 0.01;
      text.append(START_NS + k * 10_000_000L)
          .append(String.format(Locale.ROOT, ",1,0,0,0,%.4f,2000.0,50.0%n", x));
    }
    return text.toString();
  }

  private static String boxes() {
    StringBuilder text =
        new StringBuilder(
            "timestamp_ns,track_uuid,category,length_m,width_m,height_m,"
                + "qw,qx,qy,qz,tx_m,ty_m,tz_m,num_interior_pts\n");
    for (int k = 0; k <= 150; k++) {
      long time = START_NS + k * 100_000_000L;
      String[] rows = {
        "ego,EGO_VEHICLE,4.9,2.0,1.5,1,0,0,0,0.0,0,0,1",
        "leader,REGULAR_VEHICLE,4.5,1.9,1.5,1,0,0,0,20.0,0,0.7,9",
        String.format(
            Locale.ROOT,
            "parked,BOX_TRUCK,6.0,2.2,3,1,0,0,0,%.4f,-6.6,1.5,9",
            60 - SPEED_MPS * k * 0.1),
        "gantry,SIGN,1,6,1,1,0,0,0,5,0,6,9"
      };
      for (String row : rows) {
        text.append(time).append(',').append(row).append('\n');
      }
    }
    return text.toString();
  }

  private static String map() {
    List<String> lanes = new ArrayList<>();
    // Left lanes 11 to 13 around y = 2000, right lanes 21 to 23 beside them; 12 and 22 cross.
    lanes.add(lane(11, 1000, 1100, 2000, false, "12", "null", "21"));
    lanes.add(lane(12, 1100, 1120, 2000, true, "13", "null", "22"));
    lanes.add(lane(13, 1120, 1300, 2000, false, "14", "null", "23"));
    lanes.add(lane(14, 1300, 1500, 2000, false, "", "null", "null"));
    lanes.add(lane(21, 1000, 1100, 2000 - LANE_M, false, "22,31", "11", "null"));
    lanes.add(lane(22, 1100, 1120, 2000 - LANE_M, true, "23", "12", "null"));
    lanes.add(lane(23, 1120, 1300, 2000 - LANE_M, false, "", "13", "null"));
    lanes.add(
        segment(
            31,
            true,
            "32",
            "null",
            "null",
            "VEHICLE",
            new double[][] {{1100, 1998.2}, {1110, 1996}, {1112, 1990}},
            new double[][] {{1100, 1994.8}, {1107, 1993}, {1108.5, 1990}}));
    lanes.add(
        segment(
            32,
            false,
            "",
            "null",
            "null",
            "VEHICLE",
            new double[][] {{1112, 1990}, {1112, 1900}},
            new double[][] {{1108.5, 1990}, {1108.5, 1900}}));
    lanes.add(
        segment(
            41,
            false,
            "",
            "null",
            "null",
            "BIKE",
            new double[][] {{1000, 1994.7}, {1100, 1994.7}},
            new double[][] {{1000, 1993.2}, {1100, 1993.2}}));
    String area =
        "{\"id\": 1, \"area_boundary\": "
            + points(
                new double[][] {
                  {1000, 1992},
                  {1000, 2004},
                  {1500, 2004},
                  {1500, 1992},
                  {1114, 1992},
                  {1114, 1900},
                  {1106, 1900},
                  {1106, 1992}
                })
            + "}";
    String crossing =
        "{\"id\": 5, \"edge1\": "
            + points(new double[][] {{1090, 1994}, {1090, 2002}})
            + ", \"edge2\": "
            + points(new double[][] {{1094, 1994}, {1094, 2002}})
            + "}";
    return "{\"lane_segments\": {"
        + String.join(",", lanes)
        + "}, \"drivable_areas\": {\"1\": "
        + area
        + "}, \"pedestrian_crossings\": {\"5\": "
        + crossing
        + "}}";
  }

  private static String lane(
      int id,
      double from,
      double to,
      double y,
      boolean junction,
      String next,
      String left,
      String right) {
    double half = LANE_M / 2;
    return segment(
        id,
        junction,
        next,
        left,
        right,
        "VEHICLE",
        new double[][] {{from, y + half}, {to, y + half}},
        new double[][] {{from, y - half}, {to, y - half}});
  }

  private static String segment(
      int id,
      boolean junction,
      String next,
      String left,
      String right,
      String type,
      double[][] leftLine,
      double[][] rightLine) {
    return "\""
        + id
        + "\": {\"id\": "
        + id
        + ", \"is_intersection\": "
        + junction
        + ", \"lane_type\": \""
        + type
        + "\", \"left_lane_boundary\": "
        + points(leftLine)
        + ", \"right_lane_boundary\": "
        + points(rightLine)
        + ", \"successors\": ["
        + next
        + "], \"predecessors\": [], \"left_neighbor_id\": "
        + left
        + ", \"right_neighbor_id\": "
        + right
        + "}";
  }

  private static String points(double[][] line) {
    List<String> points = new ArrayList<>();
    for (double[] p : line) {
      points.add("{\"x\": " + p[0] + ", \"y\": " + p[1] + ", \"z\": 0}");
    }
    return "[" + String.join(",", points) + "]";
  }
}
