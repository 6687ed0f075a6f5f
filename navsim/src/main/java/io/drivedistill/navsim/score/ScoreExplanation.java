package io.drivedistill.navsim.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Says in words what cost a trajectory points. */
public final class ScoreExplanation {
  private static final double STEP_S = 0.1;
  private static final List<String> COMFORT_BOUNDS =
      List.of(
          "longitudinal acceleration",
          "lateral acceleration",
          "jerk",
          "longitudinal jerk",
          "yaw acceleration",
          "yaw rate");

  private ScoreExplanation() {}

  /**
   * What cost points, the gravest first; empty for a perfect trajectory.
   *
   * @param objectName names an object by its track token, as "vehicle 1a2b"
   */
  public static List<String> losses(PdmScore score, Function<String, String> objectName) {
    PdmScore.Reasons why = score.reasons();
    List<String> losses = new ArrayList<>();
    if (score.noAtFaultCollisions() < 1) {
      losses.add(
          why.collision()
              .map(
                  hit ->
                      "hits "
                          + objectName.apply(hit.trackToken())
                          + " after "
                          + seconds(hit.step()))
              .orElse("collides at fault"));
    }
    if (score.drivableAreaCompliance() < 1) {
      losses.add(
          "leaves the road after " + seconds(Long.numberOfTrailingZeros(why.nonDrivableMask())));
    }
    if (score.timeToCollisionWithinBound() < 1) {
      losses.add(
          why.timeToCollision()
              .map(
                  near ->
                      "after "
                          + seconds(near.step())
                          + " about to hit "
                          + objectName.apply(near.trackToken()))
              .orElse("about to collide"));
    }
    if (score.drivingDirectionCompliance() < 1) {
      losses.add("drives against the traffic (not counted by " + score.scorer() + ")");
    }
    if (score.comfort() < 1) {
      losses.add("uncomfortable: " + String.join(", ", exceeded(why.comfortFlags())));
    }
    if (score.egoProgress() < 1) {
      losses.add(
          String.format(
              Locale.ROOT,
              "progress %.1f m, reference %.1f m",
              why.progressM(),
              why.referenceProgressM()));
    }
    return losses;
  }

  private static List<String> exceeded(int flags) {
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < COMFORT_BOUNDS.size(); bit++) {
      if ((flags >> bit & 1) == 0) {
        names.add(COMFORT_BOUNDS.get(bit));
      }
    }
    return names;
  }

  private static String seconds(int step) {
    return String.format(Locale.ROOT, "%.1f s", step * STEP_S);
  }
}
