package io.drivedistill.navsim.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All that scoring a trajectory of one scene needs: start, replayed objects, road, centre line, and
 * the reference planner's row, which is simulated and judged once (SPEC-pdms section 6). Immutable
 * and thread-safe.
 */
public final class MetricCache {
  private final Rules rules;
  private final String token;
  private final EgoStart start;
  private final Observation observation;
  private final RoadAreas areas;
  private final DiscretePath centreline;
  private final double[] referencePoses;
  private final RowResult reference;

  MetricCache(
      Rules rules,
      String token,
      EgoStart start,
      Observation observation,
      RoadAreas areas,
      DiscretePath centreline,
      double[] referencePoses) {
    this.rules = rules;
    this.token = token;
    this.start = start;
    this.observation = observation;
    this.areas = areas;
    this.centreline = centreline;
    this.referencePoses = referencePoses;
    double[] states = new double[States.STEPS * States.WIDTH];
    new TrajectorySimulator()
        .simulate(ReferenceSampler.sampleTenHertz(start, referencePoses), start, states);
    ComfortRule comfort = rules == Rules.PDMS_V1_1 ? new Comfort() : ComfortRule.always();
    this.reference = new RowJudge(rules, comfort).judge(states, observation, areas, centreline);
  }

  /** The same cache with another view of the traffic; the reference row is judged again. */
  MetricCache withObservation(Observation other) {
    return new MetricCache(rules, token, start, other, areas, centreline, referencePoses);
  }

  /** Token of the scene. */
  public String token() {
    return token;
  }

  /** The reference planner's 51 rear axle poses in the map, 0.1 s apart: x, y, heading. */
  public List<double[]> referencePoses() {
    List<double[]> poses = new ArrayList<>();
    for (int k = 0; k < referencePoses.length; k += 3) {
      poses.add(Arrays.copyOfRange(referencePoses, k, k + 3));
    }
    return poses;
  }

  Rules rules() {
    return rules;
  }

  EgoStart start() {
    return start;
  }

  Observation observation() {
    return observation;
  }

  RoadAreas areas() {
    return areas;
  }

  DiscretePath centreline() {
    return centreline;
  }

  RowResult reference() {
    return reference;
  }
}
