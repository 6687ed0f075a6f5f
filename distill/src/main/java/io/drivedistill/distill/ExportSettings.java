package io.drivedistill.distill;

/**
 * How the distilled student leaves.
 *
 * @param tolerance largest difference between DJL and ONNX Runtime, relative to the output's
 *     largest value
 * @param latencyRuns timed runs of the exported network
 * @param threads threads of ONNX Runtime
 */
public record ExportSettings(double tolerance, int latencyRuns, int threads) {}
