package io.drivedistill.export.precision;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Parallel;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.SessionSettings;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a float model on real scenes and looks at its activations. Percentiles take two passes: the
 * first finds the ends, the second counts between them.
 */
final class Calibration {
  private final CalibrationSettings settings;
  private final Iterable<Map<String, HostTensor>> scenes;

  /**
   * A calibration.
   *
   * @param scenes inputs by name; gone through once or twice, at most as many as the settings say
   */
  Calibration(CalibrationSettings settings, Iterable<Map<String, HostTensor>> scenes) {
    this.settings = settings;
    this.scenes = scenes;
  }

  /** The range of each tensor. */
  Map<String, ValueRange> ranges(EditableGraph graph, List<String> tensors) {
    OnnxModel model = new OnnxModel(graph.withOutputs(tensors), List.of(), tensors);
    int threads = Parallel.processors();
    try (OnnxSession session = OnnxSession.of(model, SessionSettings.cpu(threads))) {
      Map<String, ValueRange> ranges = ends(session, tensors);
      if (settings.range() == CalibrationSettings.Range.MIN_MAX) {
        return ranges;
      }
      Map<String, ValueHistogram> histograms = new LinkedHashMap<>();
      ranges.forEach((tensor, ends) -> histograms.put(tensor, new ValueHistogram(ends)));
      forEachScene(
          session, outputs -> histograms.forEach((t, h) -> h.add(outputs.get(t).floats())));
      histograms.forEach((t, h) -> ranges.put(t, h.within(settings.percentile())));
      return ranges;
    }
  }

  private Map<String, ValueRange> ends(OnnxSession session, List<String> tensors) {
    Map<String, ValueRange> ranges = new LinkedHashMap<>();
    tensors.forEach(tensor -> ranges.put(tensor, ValueRange.empty()));
    forEachScene(
        session, outputs -> ranges.replaceAll((t, r) -> widened(r, outputs.get(t).floats(), t)));
    return ranges;
  }

  private static ValueRange widened(ValueRange range, FloatBuffer values, String tensor) {
    ValueRange wide = range;
    while (values.hasRemaining()) {
      float value = values.get();
      if (!Float.isFinite(value)) {
        throw new DriveDistillException(
            "Activation " + tensor + " is " + value + " in a calibration scene",
            "Maybe the training diverged; look at the loss curves.");
      }
      wide = wide.with(value);
    }
    return wide;
  }

  private interface Look {
    void at(Map<String, HostTensor> activations);
  }

  private void forEachScene(OnnxSession session, Look look) {
    int seen = 0;
    for (Map<String, HostTensor> scene : scenes) {
      if (seen++ == settings.scenes()) {
        return;
      }
      Map<String, HostTensor> inputs = new LinkedHashMap<>(scene);
      inputs.keySet().retainAll(new ArrayList<>(session.inputNames()));
      look.at(session.run(inputs));
    }
    if (seen == 0) {
      throw new DriveDistillException(
          "There is no scene to calibrate 8 bit integers on",
          "Maybe export in FP32 or FP16, or give some scenes.");
    }
  }
}
