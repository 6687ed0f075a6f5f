package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.map.MapReader;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RoadblockSearchTest {
  private static final long SEED = 5;

  @Test
  void givesThePathOfTheSearchWithoutVisitedSet() {
    DatasetLayout layout = new DatasetLayout(SharedFiles.bundledOracle());
    SplittableRandom random = new SplittableRandom(SEED);
    int found = 0;
    for (String location : List.of("us-nv-las-vegas-strip", "us-ma-boston")) {
      RoadMap map = MapReader.read(location, layout.mapFile(location));
      List<Roadblock> blocks = new ArrayList<>(map.roadblocks().all());
      blocks.addAll(map.roadblockConnectors().all());
      for (int trial = 0; trial < 200; trial++) {
        boolean backwards = random.nextBoolean();
        Roadblock start = blocks.get(random.nextInt(blocks.size()));
        Set<String> goals = new TreeSet<>();
        for (int k = 0; k <= trial % 2; k++) {
          goals.add(blocks.get(random.nextInt(blocks.size())).id());
        }
        int depth = 1 + random.nextInt(9);
        Optional<List<String>> expected = plain(map, backwards, start, goals, depth);
        assertThat(new RoadblockSearch(map, backwards).find(start, goals, depth))
            .as("seed %d, %s, trial %d", SEED, location, trial)
            .isEqualTo(expected);
        found += expected.isPresent() ? 1 : 0;
      }
    }
    assertThat(found).isGreaterThan(50);
  }

  /** SPEC-pdms section 9, "BFS details", word for word: exponential, for small depths only. */
  private static Optional<List<String>> plain(
      RoadMap map, boolean backwards, Roadblock start, Set<String> goals, int maxDepth) {
    ArrayDeque<Optional<Roadblock>> queue = new ArrayDeque<>();
    Map<String, Optional<Roadblock>> parents = new HashMap<>();
    queue.add(Optional.of(start));
    queue.add(Optional.empty());
    parents.put(start.id() + "_1", Optional.empty());
    int depth = 1;
    while (!queue.isEmpty()) {
      Optional<Roadblock> item = queue.remove();
      if (depth > maxDepth) {
        break;
      }
      if (item.isEmpty()) {
        depth++;
        queue.add(Optional.empty());
        if (queue.peek().isEmpty()) {
          break;
        }
        continue;
      }
      Roadblock block = item.get();
      if (goals.contains(block.id())) {
        List<String> path = new ArrayList<>();
        Optional<Roadblock> at = item;
        for (int level = depth; at.isPresent(); level--) {
          path.add(at.get().id());
          at = parents.get(at.get().id() + "_" + level);
        }
        if (!backwards) {
          Collections.reverse(path);
        }
        return Optional.of(path);
      }
      for (String id : backwards ? block.incomingIds() : block.outgoingIds()) {
        Roadblock next = map.block(id);
        queue.add(Optional.of(next));
        parents.put(id + "_" + (depth + 1), item);
      }
    }
    return Optional.empty();
  }
}
