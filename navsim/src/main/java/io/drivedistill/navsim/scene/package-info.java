/** Scenes: windows of frames around a current frame, and trajectories in its ego frame. */
package io.drivedistill.navsim.scene;
