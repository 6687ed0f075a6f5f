/** Scenes drawn from above for people: map, objects over time, planned trajectories. */
package io.drivedistill.navsim.birdseye;
