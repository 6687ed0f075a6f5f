package io.drivedistill.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The abbreviations of sub-scores that papers use, for tables on the terminal. */
final class ShortNames {
  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("no_at_fault_collisions", "NC"),
          Map.entry("drivable_area_compliance", "DAC"),
          Map.entry("driving_direction_compliance", "DDC"),
          Map.entry("traffic_light_compliance", "TLC"),
          Map.entry("ego_progress", "EP"),
          Map.entry("time_to_collision_within_bound", "TTC"),
          Map.entry("lane_keeping", "LK"),
          Map.entry("comfort", "C"),
          Map.entry("history_comfort", "HC"),
          Map.entry("two_frame_extended_comfort", "EC"),
          Map.entry("score_stage_one", "stage1"),
          Map.entry("score_stage_two", "stage2"));

  private ShortNames() {}

  /** The columns right-aligned over numbers of six characters, two spaces between. */
  static String of(List<String> columns) {
    return columns.stream()
        .map(column -> String.format("%6s", SHORT.getOrDefault(column, column)))
        .collect(Collectors.joining("  "));
  }
}
