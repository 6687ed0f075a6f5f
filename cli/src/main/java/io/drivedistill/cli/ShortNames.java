package io.drivedistill.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The abbreviations of sub-scores that papers use, for tables on the terminal. */
final class ShortNames {
  private static final Map<String, String> SHORT =
      Map.of(
          "no_at_fault_collisions", "NC",
          "drivable_area_compliance", "DAC",
          "ego_progress", "EP",
          "time_to_collision_within_bound", "TTC",
          "comfort", "C",
          "driving_direction_compliance", "DDC",
          "score", "score");

  private ShortNames() {}

  /** The columns right-aligned over numbers of six characters, two spaces between. */
  static String of(List<String> columns) {
    return columns.stream()
        .map(column -> String.format("%6s", SHORT.getOrDefault(column, column)))
        .collect(Collectors.joining("  "));
  }
}
