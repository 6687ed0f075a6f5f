package io.drivedistill.navsim.score;

/** All that scoring a trajectory of one scene needs. Immutable and thread-safe. */
public sealed interface SceneCache permits MetricCache, EpdmsCache {
  /** Token of the scene. */
  String token();

  /** Time of the current frame, microseconds since the epoch. */
  long timestampUs();
}
