package io.drivedistill.navsim.score;

import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Scene;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The six comfort bounds of v2: the logged past is put in front of the simulated states (SPEC-pdms
 * section 20). Immutable, thread-safe.
 */
final class HistoryComfort implements ComfortRule {
  private static final int JERK_WINDOW = 15;
  private static final long SAMPLE_US = 100_000;

  /** Past samples of heading and accelerations, oldest first; rates are zero. */
  private final List<double[]> past;

  private final SavitzkyGolay smooth;
  private final SavitzkyGolay slope;
  private final SavitzkyGolay yawRate;
  private final SavitzkyGolay yawAcceleration;

  private HistoryComfort(List<double[]> past) {
    this.past = List.copyOf(past);
    int n = past.size() + States.STEPS;
    smooth = new SavitzkyGolay(n, 8, 2, 0);
    slope = new SavitzkyGolay(n, JERK_WINDOW, 2, 1);
    yawRate = new SavitzkyGolay(n, 5, 2, 1);
    yawAcceleration = new SavitzkyGolay(n, 5, 3, 2);
  }

  static HistoryComfort of(Scene scene) {
    return new HistoryComfort(past(scene.history()));
  }

  void write(DataOutputStream out) throws IOException {
    out.writeByte(past.size());
    for (double[] sample : past) {
      for (double number : sample) {
        out.writeDouble(number);
      }
    }
  }

  static HistoryComfort read(DataInputStream in) throws IOException {
    List<double[]> past = new ArrayList<>();
    for (int left = in.readUnsignedByte(); left > 0; left--) {
      past.add(new double[] {in.readDouble(), in.readDouble(), in.readDouble()});
    }
    return new HistoryComfort(past);
  }

  /**
   * Samples every 0.1 s from the first stamp on and leaves out the last one, as the official code
   * does, so that one step is missing before the present. Whole microseconds decide how many there
   * are.
   */
  private static List<double[]> past(List<Frame> frames) {
    List<EgoStart> states = frames.stream().map(EgoStart::of).toList();
    double[] headings = states.stream().mapToDouble(EgoStart::heading).toArray();
    Angles.unwrap(headings, 0, 1, headings.length);
    long firstUs = states.get(0).timestampUs();
    long lastUs = states.get(states.size() - 1).timestampUs();
    List<double[]> samples = new ArrayList<>();
    int i = 1;
    for (long us = firstUs; us + SAMPLE_US < lastUs; us += SAMPLE_US) {
      while (i < states.size() - 1 && states.get(i).timestampUs() < us) {
        i++;
      }
      EgoStart low = states.get(i - 1);
      EgoStart high = states.get(i);
      double t = (double) (us - low.timestampUs()) / (high.timestampUs() - low.timestampUs());
      samples.add(
          new double[] {
            Pose2.wrap(headings[i - 1] + t * (headings[i] - headings[i - 1])),
            low.ax() + t * (high.ax() - low.ax()),
            low.ay() + t * (high.ay() - low.ay())
          });
    }
    return samples;
  }

  @Override
  public int judge(double[] states) {
    int n = past.size() + States.STEPS;
    double[] heading = new double[n];
    double[] centreAccel = new double[n];
    double[] lateral = new double[n];
    double[] magnitude = new double[n];
    for (int k = 0; k < n; k++) {
      if (k < past.size()) {
        double[] row = past.get(k);
        heading[k] = row[0];
        centreAccel[k] = row[1];
        lateral[k] = row[2];
        magnitude[k] = Boxes.length(row[1], row[2]);
        continue;
      }
      int at = (k - past.size()) * States.WIDTH;
      double rate = states[at + States.YAW_RATE];
      heading[k] = states[at + States.HEADING];
      centreAccel[k] =
          states[at + States.AX]
              + Vehicle.REAR_AXLE_TO_CENTRE * rate * rate
              + Vehicle.REAR_AXLE_TO_CENTRE * states[at + States.YAW_ACCELERATION];
      lateral[k] = states[at + States.AY];
      magnitude[k] = Boxes.length(states[at + States.AX], states[at + States.AY]);
    }
    Angles.unwrap(heading, 0, 1, n);
    int flags = 0;
    flags |= Comfort.within(smooth, centreAccel, -4.05, 2.40) ? 1 : 0;
    flags |= Comfort.within(smooth, lateral, -4.89, 4.89) ? 1 << 1 : 0;
    flags |= Comfort.within(slope, smoothed(magnitude), -8.37, 8.37) ? 1 << 2 : 0;
    flags |= Comfort.within(slope, smoothed(centreAccel), -4.13, 4.13) ? 1 << 3 : 0;
    flags |= Comfort.within(yawAcceleration, heading, -1.93, 1.93) ? 1 << 4 : 0;
    flags |= Comfort.within(yawRate, heading, -0.95, 0.95) ? 1 << 5 : 0;
    return flags;
  }

  private double[] smoothed(double[] signal) {
    double[] out = new double[signal.length];
    for (int k = 0; k < out.length; k++) {
      out[k] = smooth.rounded(signal, k);
    }
    return out;
  }
}
