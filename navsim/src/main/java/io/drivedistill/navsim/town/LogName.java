package io.drivedistill.navsim.town;

/**
 * Identity of a synthetic log, in the manner of nuPlan's names.
 *
 * @param name stem of the log file
 * @param index number within the split
 * @param vehicle recording vehicle
 * @param startUs time of the first frame, microseconds since the epoch
 * @param seed everything random in the log follows from it
 */
record LogName(String name, int index, String vehicle, long startUs, long seed) {
  private static final long EPOCH_US = 1_622_505_600_000_000L;
  private static final long APART_US = 3_600_000_000L;

  static LogName of(SynthSpec spec, int index) {
    long seed = Seeds.of(spec.seed(), "log of " + spec.split(), index);
    String vehicle = String.format("veh-%02d", 10 + index % 40);
    String name =
        String.format(
            "2021.%02d.%02d.%02d.00.00_%s_%s_%05d",
            6 + index / 720 % 6, 1 + index / 24 % 30, index % 24, vehicle, spec.split(), index);
    return new LogName(name, index, vehicle, EPOCH_US + index * APART_US, seed);
  }
}
