package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.map.BaselinePath;
import io.drivedistill.navsim.map.MapReader;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RouteTest {
  private static final long SEED = 11;

  @Test
  void routesWithGapsAndLoopsAreCorrectedAsWritten() {
    DatasetLayout layout = new DatasetLayout(SharedFiles.bundledOracle());
    SplittableRandom random = new SplittableRandom(SEED);
    int repeated = 0;
    for (String location : List.of("us-nv-las-vegas-strip", "us-ma-boston")) {
      RoadMap map = MapReader.read(location, layout.mapFile(location));
      List<Roadblock> blocks = new ArrayList<>(map.roadblocks().all());
      blocks.addAll(map.roadblockConnectors().all());
      for (int trial = 0; trial < 300; trial++) {
        Set<String> given = new LinkedHashSet<>();
        int count = 2 + random.nextInt(4);
        while (given.size() < count) {
          given.add(blocks.get(random.nextInt(blocks.size())).id());
        }
        List<String> ids = List.copyOf(given);
        List<Roadblock> filled = filled(map, ids);
        Route route = Route.of(map, ids, startOn(map.block(ids.get(0))));
        assertThat(route.blockIds())
            .as("seed %d, %s, trial %d: %s", SEED, location, trial, ids)
            .isEqualTo(cut(filled).stream().map(Roadblock::id).distinct().toList());
        boolean twice =
            filled.stream().filter(Roadblock::connector).map(Roadblock::id).distinct().count()
                < filled.stream().filter(Roadblock::connector).count();
        repeated += twice ? 1 : 0;
      }
    }
    assertThat(repeated).isGreaterThan(10);
  }

  /** An ego on the first lane of a block. */
  private static EgoStart startOn(Roadblock block) {
    BaselinePath line = block.lanes().get(0).baseline();
    return new EgoStart(0, line.x(0), line.y(0), line.headingRad(0), 5, 0, 0, 0);
  }

  /** Fix 2 of SPEC-pdms section 9. */
  private static List<Roadblock> filled(RoadMap map, List<String> ids) {
    Map<Integer, List<String>> gaps = new LinkedHashMap<>();
    for (int i = 0; i + 1 < ids.size(); i++) {
      String next = ids.get(i + 1);
      if (map.block(next).incomingIds().contains(ids.get(i))) {
        continue;
      }
      Optional<List<String>> path =
          new RoadblockSearch(map, false).find(map.block(ids.get(i)), Set.of(next), 30);
      if (path.isPresent() && path.get().size() >= 3) {
        gaps.put(i, path.get().subList(1, path.get().size() - 1));
      }
    }
    List<String> all = new ArrayList<>(ids);
    int offset = 1;
    for (Map.Entry<Integer, List<String>> gap : gaps.entrySet()) {
      all.addAll(gap.getKey() + offset, gap.getValue());
      offset += gap.getValue().size();
    }
    return all.stream().map(map::block).toList();
  }

  /** Fix 3: on the list as it is, repeated blocks included. */
  private static List<Roadblock> cut(List<Roadblock> blocks) {
    List<Roadblock> seen = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Roadblock block = blocks.get(i);
      if (!block.connector()) {
        continue;
      }
      if (seen.stream().anyMatch(s -> s.polygon().intersection(block.polygon()).getArea() > 1)) {
        return blocks.subList(0, i);
      }
      seen.add(block);
    }
    return blocks;
  }
}
