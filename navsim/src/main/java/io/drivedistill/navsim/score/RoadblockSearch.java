package io.drivedistill.navsim.score;

import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Breadth-first search over roadblocks (SPEC-pdms section 9). The official search has no visited
 * set, so its queue may hold a block many times and grow without bound; which path it returns
 * depends only on the first occurrence of a goal within a level and on the last occurrence of every
 * parent. This search keeps those two orders per level and gives the same path in bounded time.
 */
final class RoadblockSearch {
  private final RoadMap map;
  private final boolean backwards;

  RoadblockSearch(RoadMap map, boolean backwards) {
    this.map = map;
    this.backwards = backwards;
  }

  /** The blocks from start to goal in driving direction, if a goal is within the depth. */
  Optional<List<String>> find(Roadblock start, Set<String> goals, int maxDepth) {
    List<Roadblock> byFirst = List.of(start);
    List<Roadblock> byLast = List.of(start);
    List<Map<String, Roadblock>> parents = new ArrayList<>();
    parents.add(Map.of());
    for (int depth = 1; depth <= maxDepth && !byFirst.isEmpty(); depth++) {
      for (Roadblock block : byFirst) {
        if (goals.contains(block.id())) {
          return Optional.of(path(block, parents, depth));
        }
      }
      Set<Roadblock> nextByFirst = new LinkedHashSet<>();
      for (Roadblock block : byFirst) {
        nextByFirst.addAll(neighbours(block));
      }
      Map<String, Roadblock> parent = new HashMap<>();
      LinkedHashSet<Roadblock> nextByLast = new LinkedHashSet<>();
      for (Roadblock block : byLast) {
        for (Roadblock next : neighbours(block)) {
          parent.put(next.id(), block);
          nextByLast.remove(next);
          nextByLast.add(next);
        }
      }
      parents.add(parent);
      byFirst = List.copyOf(nextByFirst);
      byLast = List.copyOf(nextByLast);
    }
    return Optional.empty();
  }

  private List<Roadblock> neighbours(Roadblock block) {
    List<Roadblock> list = new ArrayList<>();
    for (String id : backwards ? block.incomingIds() : block.outgoingIds()) {
      // From a block one gets to connectors, and from a connector to blocks.
      Roadblock next =
          block.connector() ? map.roadblocks().find(id) : map.roadblockConnectors().find(id);
      if (next != null) {
        list.add(next);
      }
    }
    return list;
  }

  private List<String> path(Roadblock goal, List<Map<String, Roadblock>> parents, int depth) {
    List<String> path = new ArrayList<>();
    Roadblock block = goal;
    for (int level = depth; level >= 1; level--) {
      path.add(block.id());
      block = parents.get(level - 1).get(block.id());
    }
    if (!backwards) {
      Collections.reverse(path);
    }
    return path;
  }
}
