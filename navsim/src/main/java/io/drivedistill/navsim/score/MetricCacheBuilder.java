package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.Scene;
import java.util.Set;
import org.locationtech.jts.geom.TopologyException;

/** Builds metric caches (SPEC-pdms sections 6 to 11). Stateless. */
public final class MetricCacheBuilder {
  private MetricCacheBuilder() {}

  /**
   * Builds the cache of a scene.
   *
   * @param scene a scene with annotations and 10 future frames
   * @param map the map of its location
   * @throws DriveDistillException if the scene lacks annotations, future or route
   */
  public static MetricCache build(Scene scene, RoadMap map) {
    return prepare(scene, map, Rules.PDMS_V1_1).cache();
  }

  /** All intermediate values, for tests and explanations. */
  record Preparation(
      MetricCache cache,
      Route route,
      Lane startingLane,
      DrivableMap drivable,
      Forecast forecast,
      ClosedPlanner.Plan plan) {}

  static Preparation prepare(Scene scene, RoadMap map, Rules rules) {
    Frame current = scene.current();
    if (current.annotations().isEmpty() || scene.future().isEmpty()) {
      throw new DriveDistillException(
          "Scene "
              + scene.token()
              + " of log "
              + scene.logName()
              + " cannot be scored: it has "
              + (scene.future().isEmpty() ? "no future frames." : "no annotations."),
          "Maybe this is a private test split, whose answers are not public.");
    }
    try {
      return prepare(scene, map, rules, current);
    } catch (TopologyException e) {
      throw new DriveDistillException(
          "Scene "
              + scene.token()
              + " cannot be scored: the map has a polygon that crosses itself: "
              + e.getMessage(),
          "Maybe leave this scene out (--allow-partial), or repair the map.",
          e);
    }
  }

  private static Preparation prepare(Scene scene, RoadMap map, Rules rules, Frame current) {
    EgoStart start = EgoStart.of(current);
    Route route = Route.of(map, current.roadblockIds(), start);
    DrivableMap drivable = DrivableMap.around(map, start.centreX(), start.centreY());
    Lane startingLane = CentreLine.startingLane(route, drivable, start);
    DiscretePath centreline = CentreLine.find(route, startingLane);
    RoadAreas areas = drivable.areas(Set.copyOf(route.lanes().keySet()));
    Forecast forecast = Forecast.of(current, start, route);
    ClosedPlanner.Plan plan =
        ClosedPlanner.plan(start, startingLane, centreline, areas, forecast, rules);
    MetricCache cache =
        MetricCache.of(
            rules,
            scene.token(),
            start,
            ReplayObserver.tracks(scene, rules),
            areas,
            centreline,
            plan.poses());
    return new Preparation(cache, route, startingLane, drivable, forecast, plan);
  }
}
