package io.drivedistill.spark;

import io.drivedistill.navsim.scene.SceneFilter;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A scene filter without its log names and without its limit, which concern the whole split.
 *
 * @param historyFrames frames up to and including the current one
 * @param futureFrames frames after the current one
 * @param interval distance of window starts
 * @param hasRoute drop windows without a route
 * @param tokens only these scenes, or null
 */
record ShippedFilter(
    int historyFrames,
    int futureFrames,
    int interval,
    boolean hasRoute,
    LinkedHashSet<String> tokens)
    implements Serializable {
  static ShippedFilter of(SceneFilter filter) {
    return new ShippedFilter(
        filter.historyFrames(),
        filter.futureFrames(),
        filter.interval(),
        filter.hasRoute(),
        filter.tokens().map(LinkedHashSet::new).orElse(null));
  }

  SceneFilter ofLog(String log) {
    return new SceneFilter(
        historyFrames,
        futureFrames,
        OptionalInt.of(interval),
        hasRoute,
        OptionalInt.empty(),
        Optional.of(Set.of(log)),
        Optional.ofNullable(tokens));
  }
}
