package io.drivedistill.navsim.score;

import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.TrafficLight;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import io.drivedistill.navsim.scene.Scene;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What scoring a trajectory by {@code epdms-v2} needs: a metric cache with the horizon of 4 s, the
 * logged traffic with its lights, the logged past, and how the human fares (SPEC-pdms section 20,
 * log replay). Immutable and thread-safe.
 */
public final class EpdmsCache {
  private static final int STEPS_PER_FRAME = 5;

  private final long timestampUs;
  private final String logName;
  private final MetricCache cache;
  private final HistoryComfort past;
  private final RowResult human;

  private EpdmsCache(Scene scene, MetricCache cache, HistoryComfort past, RowResult human) {
    this.timestampUs = scene.current().timestampUs();
    this.logName = scene.logName();
    this.cache = cache;
    this.past = past;
    this.human = human;
  }

  /**
   * Builds the cache of a scene.
   *
   * @throws io.drivedistill.core.DriveDistillException if the scene lacks annotations, future or
   *     route
   */
  public static EpdmsCache build(Scene scene, RoadMap map) {
    MetricCacheBuilder.Preparation found = MetricCacheBuilder.prepare(scene, map, Rules.EPDMS_V2);
    MetricCache cache = found.cache().withObservation(replay(found.cache(), scene, map));
    double[] states = new double[States.STEPS * States.WIDTH];
    new TrajectorySimulator()
        .simulate(
            ReferenceSampler.sample(cache.start(), scene.humanTrajectory()), cache.start(), states);
    RowResult human =
        new RowJudge(Rules.EPDMS_V2, ComfortRule.always())
            .judge(states, cache.observation(), cache.areas(), cache.centreline());
    return new EpdmsCache(scene, cache, new HistoryComfort(scene), human);
  }

  /** Ignores objects that overlap the ego at the start and adds the lights of the log. */
  private static Observation replay(MetricCache cache, Scene scene, RoadMap map) {
    Observation all = cache.observation();
    double[] footprint = cache.start().footprint();
    boolean[] ignored = all.ignored().clone();
    for (int k = 0; k < all.members()[0].length; k++) {
      if (Boxes.meet(footprint, 0, 0, 0, all.boxes()[0], k * Boxes.WIDTH)) {
        ignored[all.members()[0][k]] = true;
      }
    }
    Map<String, Long> steps = new LinkedHashMap<>();
    Map<String, Lane> onRoute = connectors(scene.current(), map);
    for (int j = 0; j <= Rules.EPDMS_V2.futureFrames(); j++) {
      long mask = 0b11111L << (j * STEPS_PER_FRAME);
      for (TrafficLight light : scene.frames().get(scene.historyFrames() - 1 + j).trafficLights()) {
        String id = String.valueOf(light.laneConnectorId());
        if (light.red() && onRoute.containsKey(id)) {
          steps.merge(id, mask, (a, b) -> a | b);
        }
      }
    }
    List<AreaPolygon> lights = new ArrayList<>();
    steps.keySet().forEach(id -> lights.add(AreaPolygon.of(onRoute.get(id).polygon())));
    return new Observation(
        all.stepsPerMap(),
        all.tokens(),
        all.agent(),
        all.speed(),
        all.radius(),
        ignored,
        all.members(),
        all.boxes(),
        lights.toArray(AreaPolygon[]::new),
        steps.values().stream().mapToLong(Long::longValue).toArray());
  }

  /** Lane connectors of the route as the log gives it, not corrected. */
  private static Map<String, Lane> connectors(Frame frame, RoadMap map) {
    Map<String, Lane> lanes = new LinkedHashMap<>();
    for (String id : frame.roadblockIds()) {
      Roadblock block = map.block(id);
      if (block != null && block.connector()) {
        block.lanes().forEach(lane -> lanes.put(lane.id(), lane));
      }
    }
    return lanes;
  }

  /** Token of the scene. */
  public String token() {
    return cache.token();
  }

  String logName() {
    return logName;
  }

  long timestampUs() {
    return timestampUs;
  }

  MetricCache metricCache() {
    return cache;
  }

  HistoryComfort past() {
    return past;
  }

  RowResult human() {
    return human;
  }
}
