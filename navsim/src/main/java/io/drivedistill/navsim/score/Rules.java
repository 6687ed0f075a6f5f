package io.drivedistill.navsim.score;

/** What differs between the versions of the score (SPEC-pdms sections 15, 16 and 20). */
enum Rules {
  /** PDMS of NAVSIM v1.1. */
  PDMS_V1_1(50, 40) {
    @Override
    double multiplier(RowResult row) {
      return row.noCollision() * row.drivable();
    }

    @Override
    double egoProgress(RowResult row, double bestProgressM) {
      if (bestProgressM > PROGRESS_THRESHOLD_M) {
        return row.progressM() * multiplier(row) / bestProgressM;
      }
      return multiplier(row) == 0 ? 0 : 1;
    }

    @Override
    double weighted(RowResult row, double egoProgress) {
      return (5 * egoProgress + 5 * row.timeToCollision() + 2 * row.comfort()) / 12;
    }
  },

  /** EPDMS of NAVSIM v2; without the comfort over two frames, which is added per pair. */
  EPDMS_V2(40, 31) {
    @Override
    double multiplier(RowResult row) {
      return row.noCollision() * row.drivable() * row.direction() * row.trafficLight();
    }

    @Override
    double egoProgress(RowResult row, double bestProgressM) {
      return bestProgressM > PROGRESS_THRESHOLD_M
          ? Math.min(1, row.progressM() / bestProgressM)
          : 1;
    }

    @Override
    double weighted(RowResult row, double egoProgress) {
      return (5 * egoProgress
              + 5 * row.timeToCollision()
              + 2 * row.laneKeeping()
              + 2 * row.comfort())
          / 14;
    }
  };

  private static final double PROGRESS_THRESHOLD_M = 5;
  private static final int STEPS_PER_FRAME = 5;

  private final int horizonSteps;
  private final int lastTtcStep;

  Rules(int horizonSteps, int lastTtcStep) {
    this.horizonSteps = horizonSteps;
    this.lastTtcStep = lastTtcStep;
  }

  /** Which caches these rules need; a change of what is stored raises the number. */
  String cacheVersion() {
    return switch (this) {
      case PDMS_V1_1 -> "pdms-v1.1 cache 1";
      case EPDMS_V2 -> "epdms-v2 cache 1";
    };
  }

  /** Last step that is observed and planned, 0.1 s apart. */
  int horizonSteps() {
    return horizonSteps;
  }

  /** Logged frames after the current one that the horizon needs. */
  int futureFrames() {
    return horizonSteps / STEPS_PER_FRAME;
  }

  /** Last step at which the time to collision is looked at. */
  int lastTtcStep() {
    return lastTtcStep;
  }

  /** Product of the sub-scores that multiply. */
  abstract double multiplier(RowResult row);

  /**
   * Progress relative to the best row.
   *
   * @param bestProgressM largest progress times multiplier of the rows compared
   */
  abstract double egoProgress(RowResult row, double bestProgressM);

  /** Weighted mean of the other sub-scores. */
  abstract double weighted(RowResult row, double egoProgress);

  /** The score of a row. */
  double score(RowResult row, double egoProgress) {
    return multiplier(row) * weighted(row, egoProgress);
  }

  /** Progress times multiplier, which the best row is chosen by. */
  double countedProgressM(RowResult row) {
    return row.progressM() * multiplier(row);
  }
}
