package io.drivedistill.navsim.submission;

import io.drivedistill.navsim.scene.Trajectory;

/**
 * A plan for one scene.
 *
 * @param token the scene's token
 * @param name who planned it; unique within a scene
 * @param trajectory the plan
 */
public record NamedTrajectory(String token, String name, Trajectory trajectory) {}
