package io.drivedistill.student;

import io.drivedistill.navsim.score.MetricCache;

/**
 * What the scorer needs of the labelled scenes that a student trains on: for planners whose loss
 * scores their own proposals in every step. Called from several threads.
 */
@FunctionalInterface
public interface SceneCaches {
  /**
   * The cache of a scene.
   *
   * @throws io.drivedistill.core.DriveDistillException if the scene cannot be scored
   */
  MetricCache of(String token);
}
