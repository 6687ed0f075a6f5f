/**
 * Synthetic towns: road networks, traffic, an expert driver, cameras and a lidar, written in the
 * layout of NAVSIM so that the same readers load them and real recordings.
 *
 * <p>A town has its own plane frame in metres, x east and y north of the town's UTM origin; the
 * ground is flat.
 */
package io.drivedistill.navsim.town;
