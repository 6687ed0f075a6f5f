/** NAVSIM sensor files: point clouds and camera pictures. */
package io.drivedistill.navsim.sensor;
