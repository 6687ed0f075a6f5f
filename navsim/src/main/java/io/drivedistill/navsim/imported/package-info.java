/**
 * Other people's recordings as NAVSIM data sets: Argoverse 2 logs and nuScenes scenes become logs,
 * maps and sensor files in NAVSIM's layout (docs/real-roads.md).
 */
package io.drivedistill.navsim.imported;
