/** Whether a data set is whole: logs, maps, sensor files, and the scenes of official filters. */
package io.drivedistill.navsim.check;
