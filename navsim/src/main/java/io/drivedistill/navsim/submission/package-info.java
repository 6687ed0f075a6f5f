/** Planned trajectories as files: what a planner hands in to be scored. */
package io.drivedistill.navsim.submission;
