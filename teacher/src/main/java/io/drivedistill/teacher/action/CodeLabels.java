package io.drivedistill.teacher.action;

/** The latent action codes of scenes, as the latent action model saw them. */
@FunctionalInterface
public interface CodeLabels {
  /** The codes of a scene, one per position, each in 0..codes-1. */
  int[] codes(String sceneToken);
}
