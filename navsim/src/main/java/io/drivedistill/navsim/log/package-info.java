/**
 * NAVSIM log files: the records of a frame and the reader of the pickled logs.
 *
 * <p>Ego frame: origin at the rear axle, x forward, y left, z up. Map frame: UTM metres, x east, y
 * north, headings counter-clockwise from east.
 */
package io.drivedistill.navsim.log;
