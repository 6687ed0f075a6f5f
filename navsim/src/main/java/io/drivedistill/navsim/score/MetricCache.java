package io.drivedistill.navsim.score;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All that scoring a trajectory of one scene needs: start, replayed objects, road, centre line, and
 * the reference planner's row, which is simulated and judged once (SPEC-pdms section 6). Immutable
 * and thread-safe.
 */
public final class MetricCache implements SceneCache {
  private final Rules rules;
  private final String token;
  private final EgoStart start;
  private final List<Track> tracks;
  private final Observation observation;
  private final RoadAreas areas;
  private final DiscretePath centreline;
  private final double[] referencePoses;
  private final RowResult reference;

  private MetricCache(
      Rules rules,
      String token,
      EgoStart start,
      List<Track> tracks,
      Observation observation,
      RoadAreas areas,
      DiscretePath centreline,
      double[] referencePoses) {
    this.rules = rules;
    this.token = token;
    this.start = start;
    this.tracks = List.copyOf(tracks);
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

  /** A cache with the traffic as it was logged. */
  static MetricCache of(
      Rules rules,
      String token,
      EgoStart start,
      List<Track> tracks,
      RoadAreas areas,
      DiscretePath centreline,
      double[] referencePoses) {
    Observation logged = ReplayObserver.observe(tracks, rules);
    return new MetricCache(rules, token, start, tracks, logged, areas, centreline, referencePoses);
  }

  /** The same cache with another view of the traffic; the reference row is judged again. */
  MetricCache withObservation(Observation other) {
    return new MetricCache(rules, token, start, tracks, other, areas, centreline, referencePoses);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(token);
    start.write(out);
    out.writeShort(tracks.size());
    for (Track track : tracks) {
      track.write(out);
    }
    areas.write(out);
    centreline.write(out);
    out.writeShort(referencePoses.length);
    for (double number : referencePoses) {
      out.writeDouble(number);
    }
  }

  static MetricCache read(DataInputStream in, Rules rules) throws IOException {
    String token = in.readUTF();
    EgoStart start = EgoStart.read(in);
    List<Track> tracks = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      tracks.add(Track.read(in));
    }
    RoadAreas areas = RoadAreas.read(in);
    DiscretePath centreline = DiscretePath.read(in);
    double[] referencePoses = new double[in.readUnsignedShort()];
    for (int i = 0; i < referencePoses.length; i++) {
      referencePoses[i] = in.readDouble();
    }
    return of(rules, token, start, tracks, areas, centreline, referencePoses);
  }

  @Override
  public String token() {
    return token;
  }

  @Override
  public long timestampUs() {
    return start.timestampUs();
  }

  /** The reference planner's 51 rear axle poses in the map, 0.1 s apart: x, y, heading. */
  public List<double[]> referencePoses() {
    List<double[]> poses = new ArrayList<>();
    for (int k = 0; k < referencePoses.length; k += 3) {
      poses.add(Arrays.copyOfRange(referencePoses, k, k + 3));
    }
    return poses;
  }

  /**
   * Where an object of the scene is.
   *
   * @param trackToken as in {@link PdmScore.Event}
   * @param step 0 to 40, 0.1 s apart
   * @return front left, rear left, rear right and front right corner, x and y in the ego frame of
   *     the current time; empty if the object is not there at that step
   */
  public Optional<double[]> cornersInEgoM(String trackToken, int step) {
    int map = observation.map(step);
    int[] members = observation.members()[map];
    for (int k = 0; k < members.length; k++) {
      if (observation.tokens()[members[k]].equals(trackToken)) {
        return Optional.of(inEgo(observation.boxes()[map], k * Boxes.WIDTH));
      }
    }
    return Optional.empty();
  }

  private double[] inEgo(double[] boxes, int at) {
    double cos = StrictMath.cos(start.heading());
    double sin = StrictMath.sin(start.heading());
    double[] corners = new double[Boxes.CENTRE];
    for (int i = 0; i < corners.length; i += 2) {
      double x = boxes[at + i] - start.x();
      double y = boxes[at + i + 1] - start.y();
      corners[i] = x * cos + y * sin;
      corners[i + 1] = y * cos - x * sin;
    }
    return corners;
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
