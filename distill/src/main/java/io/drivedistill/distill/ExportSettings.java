package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.Precision;
import io.drivedistill.export.precision.CalibrationSettings;
import java.util.List;
import java.util.Optional;

/**
 * How the distilled student leaves.
 *
 * @param tolerance largest difference between DJL and ONNX Runtime in float32, relative to the
 *     output's largest value
 * @param latencyRuns timed runs of the exported network
 * @param threads threads of ONNX Runtime
 * @param precisions number formats, FP32 first
 * @param calibration how INT8 finds the ranges of activations, on labelled scenes
 * @param lidar what the model takes of a LiDAR; empty means the histogram
 */
public record ExportSettings(
    double tolerance,
    int latencyRuns,
    int threads,
    List<Precision> precisions,
    CalibrationSettings calibration,
    Optional<LidarForm> lidar) {
  /** Checks the numbers and the precisions. */
  public ExportSettings {
    precisions = List.copyOf(precisions);
    if (!(tolerance > 0 && tolerance < 1) || latencyRuns < 1 || threads < 1) {
      throw new DriveDistillException(
          "export has tolerance "
              + tolerance
              + ", latencyRuns "
              + latencyRuns
              + " and threads "
              + threads,
          "Maybe use 0.0001, 100 and 1: a tolerance lies between 0 and 1, and nothing is timed"
              + " without runs and threads.");
    }
    if (precisions.isEmpty()
        || precisions.get(0) != Precision.FP32
        || precisions.stream().distinct().count() < precisions.size()) {
      throw new DriveDistillException(
          "export.precisions is " + precisions,
          "Maybe write [FP32], [FP32, FP16] or [FP32, FP16, INT8, INT8_MIN_MAX], each once:"
              + " FP32 is what the others are compared with.");
    }
  }
}
