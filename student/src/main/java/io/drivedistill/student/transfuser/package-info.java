/**
 * TransFuser (Chitta et al. 2022) as the NAVSIM benchmark publishes it, at any size: network,
 * features, targets, loss.
 */
package io.drivedistill.student.transfuser;
