/** NAVSIM vector maps: lanes, roadblocks and areas of a GeoPackage in UTM metres. */
package io.drivedistill.navsim.map;
