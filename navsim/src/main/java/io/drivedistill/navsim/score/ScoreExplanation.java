package io.drivedistill.navsim.score;

import io.drivedistill.navsim.scene.Trajectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
      losses.add(collision(why, objectName));
    }
    if (score.drivableAreaCompliance() < 1) {
      losses.add(offRoad(why));
    }
    if (score.timeToCollisionWithinBound() < 1) {
      losses.add(aboutToCollide(why, objectName));
    }
    if (score.drivingDirectionCompliance() < 1) {
      losses.add("drives against the traffic (not counted by " + score.scorer() + ")");
    }
    if (score.comfort() < 1) {
      losses.add(uncomfortable(why));
    }
    if (score.egoProgress() < 1) {
      losses.add(progress(why));
    }
    return losses;
  }

  /**
   * What costs points by {@link EpdmsScorer#NAME}, the gravest first; what the human filter
   * forgives is said too.
   *
   * @param objectName names an object by its track token, as "vehicle 1a2b"
   */
  public static List<String> losses(
      EpdmsCache cache, Trajectory trajectory, Function<String, String> objectName) {
    RowResult row = EpdmsScorer.judge(cache, trajectory);
    RowResult human = cache.human();
    PdmScore.Reasons why = EpdmsScorer.reasons(cache, trajectory);
    List<String> losses = new ArrayList<>();
    if (row.noCollision() < 1) {
      losses.add(collision(why, objectName) + forgiven(human.noCollision()));
    }
    if (row.drivable() < 1) {
      losses.add(offRoad(why) + forgiven(human.drivable()));
    }
    if (row.direction() < 1) {
      losses.add("drives against the traffic" + forgiven(human.direction()));
    }
    if (row.trafficLight() < 1) {
      losses.add("is on a lane that a red light closes" + forgiven(human.trafficLight()));
    }
    if (row.timeToCollision() < 1) {
      losses.add(aboutToCollide(why, objectName) + forgiven(human.timeToCollision()));
    }
    if (row.laneKeeping() < 1) {
      losses.add("2 s beside the middle of its lane" + forgiven(human.laneKeeping()));
    }
    if (row.comfort() < 1) {
      losses.add(uncomfortable(why) + " (with the logged past in front)");
    }
    if (EpdmsScorer.score(cache, trajectory, Optional.empty()).egoProgress() < 1) {
      losses.add(progress(why));
    }
    return losses;
  }

  private static String forgiven(double human) {
    return human == 0 ? " (forgiven: the human does so too)" : "";
  }

  private static String collision(PdmScore.Reasons why, Function<String, String> objectName) {
    return why.collision()
        .map(hit -> "hits " + objectName.apply(hit.trackToken()) + " after " + seconds(hit.step()))
        .orElse("collides at fault");
  }

  private static String offRoad(PdmScore.Reasons why) {
    return "leaves the road after " + seconds(Long.numberOfTrailingZeros(why.nonDrivableMask()));
  }

  private static String aboutToCollide(PdmScore.Reasons why, Function<String, String> objectName) {
    return why.timeToCollision()
        .map(
            near ->
                "after "
                    + seconds(near.step())
                    + " about to hit "
                    + objectName.apply(near.trackToken()))
        .orElse("about to collide");
  }

  private static String uncomfortable(PdmScore.Reasons why) {
    return "uncomfortable: " + String.join(", ", exceeded(why.comfortFlags()));
  }

  private static String progress(PdmScore.Reasons why) {
    return String.format(
        Locale.ROOT,
        "progress %.1f m, reference %.1f m",
        why.progressM(),
        why.referenceProgressM());
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
