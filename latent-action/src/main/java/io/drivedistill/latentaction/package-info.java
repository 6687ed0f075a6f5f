/**
 * The latent action model: what happened between two frames, in a handful of discrete codes
 * (UniVLA, arXiv 2505.06111, and its use for driving in LatentVLA, arXiv 2601.05611 v1).
 */
package io.drivedistill.latentaction;
