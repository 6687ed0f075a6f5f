/** LiDAR points as input of exported models: the counting of points is put inside the graph. */
package io.drivedistill.export.points;
