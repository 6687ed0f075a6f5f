package io.drivedistill.navsim.score;

import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.TrafficLight;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What scoring a trajectory by {@code epdms-v2} needs: a metric cache with the horizon of 4 s, the
 * logged traffic with its lights, the logged past, and how the human fares (SPEC-pdms section 20,
 * log replay). Immutable and thread-safe.
 */
public final class EpdmsCache implements SceneCache {
  private static final int STEPS_PER_FRAME = 5;

  private final String logName;
  private final MetricCache cache;
  private final HistoryComfort past;
  private final Trajectory humanTrajectory;
  private final RowResult human;

  /** Completes a metric cache whose observation is the logged traffic without lights. */
  private EpdmsCache(
      String logName,
      MetricCache logged,
      Lights lights,
      HistoryComfort past,
      Trajectory humanTrajectory) {
    this.logName = logName;
    this.cache = logged.withObservation(replay(logged, lights));
    this.past = past;
    this.humanTrajectory = humanTrajectory;
    double[] states = new double[States.STEPS * States.WIDTH];
    new TrajectorySimulator()
        .simulate(ReferenceSampler.sample(cache.start(), humanTrajectory), cache.start(), states);
    this.human =
        new RowJudge(Rules.EPDMS_V2, ComfortRule.always())
            .judge(states, cache.observation(), cache.areas(), cache.centreline());
  }

  /** Lane connectors of the route that are closed at some step, and when: a bit per step. */
  private record Lights(List<AreaPolygon> polygons, List<Long> steps) {}

  /**
   * Builds the cache of a scene.
   *
   * @throws io.drivedistill.core.DriveDistillException if the scene lacks annotations, future or
   *     route
   */
  public static EpdmsCache build(Scene scene, RoadMap map) {
    return new EpdmsCache(
        scene.logName(),
        MetricCacheBuilder.prepare(scene, map, Rules.EPDMS_V2).cache(),
        lights(scene, map),
        HistoryComfort.of(scene),
        scene.humanTrajectory());
  }

  /** Ignores objects that overlap the ego at the start and adds the lights of the log. */
  private static Observation replay(MetricCache logged, Lights lights) {
    Observation all = logged.observation();
    double[] footprint = logged.start().footprint();
    boolean[] ignored = all.ignored().clone();
    for (int k = 0; k < all.members()[0].length; k++) {
      if (Boxes.meet(footprint, 0, 0, 0, all.boxes()[0], k * Boxes.WIDTH)) {
        ignored[all.members()[0][k]] = true;
      }
    }
    return new Observation(
        all.stepsPerMap(),
        all.tokens(),
        all.agent(),
        all.speed(),
        all.radius(),
        ignored,
        all.members(),
        all.boxes(),
        lights.polygons().toArray(AreaPolygon[]::new),
        lights.steps().stream().mapToLong(Long::longValue).toArray());
  }

  private static Lights lights(Scene scene, RoadMap map) {
    Map<String, Long> steps = new LinkedHashMap<>();
    Map<String, Lane> onRoute = givenLanes(scene.current(), map);
    for (int j = 0; j <= Rules.EPDMS_V2.futureFrames(); j++) {
      long mask = 0b11111L << (j * STEPS_PER_FRAME);
      for (TrafficLight light : scene.frames().get(scene.historyFrames() - 1 + j).trafficLights()) {
        String id = String.valueOf(light.laneConnectorId());
        if (light.red() && onRoute.containsKey(id)) {
          steps.merge(id, mask, (a, b) -> a | b);
        }
      }
    }
    return new Lights(
        steps.keySet().stream().map(id -> AreaPolygon.of(onRoute.get(id).polygon())).toList(),
        List.copyOf(steps.values()));
  }

  /** Lanes and lane connectors of the route as the log gives it, not corrected. */
  private static Map<String, Lane> givenLanes(Frame frame, RoadMap map) {
    Map<String, Lane> lanes = new LinkedHashMap<>();
    for (String id : frame.roadblockIds()) {
      Roadblock block = map.block(id);
      if (block != null) {
        block.lanes().forEach(lane -> lanes.put(lane.id(), lane));
      }
    }
    return lanes;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(logName);
    cache.write(out);
    AreaPolygon[] lights = cache.observation().redLights();
    out.writeShort(lights.length);
    for (int i = 0; i < lights.length; i++) {
      lights[i].write(out);
      out.writeLong(cache.observation().redSteps()[i]);
    }
    past.write(out);
    out.writeByte(humanTrajectory.poses().size());
    for (Pose2 pose : humanTrajectory.poses()) {
      out.writeDouble(pose.xM());
      out.writeDouble(pose.yM());
      out.writeDouble(pose.headingRad());
    }
  }

  static EpdmsCache read(DataInputStream in) throws IOException {
    String logName = in.readUTF();
    MetricCache logged = MetricCache.read(in, Rules.EPDMS_V2);
    List<AreaPolygon> polygons = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      polygons.add(AreaPolygon.read(in));
      steps.add(in.readLong());
    }
    HistoryComfort past = HistoryComfort.read(in);
    List<Pose2> human = new ArrayList<>();
    for (int left = in.readUnsignedByte(); left > 0; left--) {
      human.add(new Pose2(in.readDouble(), in.readDouble(), in.readDouble()));
    }
    return new EpdmsCache(
        logName,
        logged,
        new Lights(polygons, steps),
        past,
        new Trajectory(human, Trajectory.NAVSIM_INTERVAL_S));
  }

  @Override
  public String token() {
    return cache.token();
  }

  String logName() {
    return logName;
  }

  @Override
  public long timestampUs() {
    return cache.start().timestampUs();
  }

  /** Start, traffic, road and reference of the scene. */
  public MetricCache metricCache() {
    return cache;
  }

  HistoryComfort past() {
    return past;
  }

  RowResult human() {
    return human;
  }
}
