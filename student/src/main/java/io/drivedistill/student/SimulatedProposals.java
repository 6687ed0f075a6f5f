package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.nn.Constants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The proposals of a batch, each simulated and scored in its scene: what planners that learn to
 * forecast the scorer are taught (SPEC-ipad section 3). All samples are simulated at once on the
 * common pool; the results do not depend on its size.
 */
public final class SimulatedProposals {
  /** NC, DAC, EP, TTC, comfort, PDM score. */
  public static final int SCORES = 6;

  private final List<Optional<Sample>> samples;
  private final int proposals;

  private SimulatedProposals(List<Optional<Sample>> samples, int proposals) {
    this.samples = samples;
    this.proposals = proposals;
  }

  /**
   * One sample.
   *
   * @param scene that it was scored in
   * @param scores of its proposals
   */
  public record Sample(MetricCache scene, List<PdmScore> scores) {}

  /**
   * Simulates and scores the proposals of the labelled samples.
   *
   * @param trajectories [B, K, T, 3]; their values are read, so this is for training only
   * @param poseIntervalS time between poses
   * @param tokens of the samples
   * @param labelled [B], not 0 for samples that count
   */
  public static SimulatedProposals of(
      SceneCaches scenes,
      NDArray trajectories,
      double poseIntervalS,
      List<String> tokens,
      NDArray labelled) {
    long[] shape = trajectories.getShape().getShape();
    int proposals = (int) shape[1];
    int poses = (int) shape[2];
    float[] values = trajectories.toFloatArray();
    float[] counts = labelled.toFloatArray();
    List<Optional<Sample>> samples =
        IntStream.range(0, tokens.size())
            .parallel()
            .mapToObj(
                i -> {
                  if (counts[i] == 0) {
                    return Optional.<Sample>empty();
                  }
                  List<Trajectory> plans = new ArrayList<>();
                  for (int k = 0; k < proposals; k++) {
                    int from = (i * proposals + k) * poses * 3;
                    plans.add(trajectory(values, from, poses, poseIntervalS));
                  }
                  MetricCache scene = scenes.of(tokens.get(i));
                  return Optional.of(new Sample(scene, PdmScorer.score(scene, plans)));
                })
            .toList();
    return new SimulatedProposals(samples, proposals);
  }

  private static Trajectory trajectory(float[] values, int from, int poses, double poseIntervalS) {
    double[][] array = new double[poses][3];
    for (int i = 0; i < poses; i++) {
      for (int k = 0; k < 3; k++) {
        array[i][k] = values[from + 3 * i + k];
      }
    }
    return Trajectory.of(array, poseIntervalS);
  }

  /** The samples of the batch; empty for those that do not count. */
  public List<Optional<Sample>> samples() {
    return samples;
  }

  /**
   * Six scores of each proposal, [B, K, 6]; zero for samples that do not count.
   *
   * @param beside array whose manager the result gets
   */
  public NDArray scores(NDArray beside) {
    float[] values = new float[samples.size() * proposals * SCORES];
    for (int i = 0; i < samples.size(); i++) {
      List<PdmScore> found = samples.get(i).map(Sample::scores).orElse(List.of());
      for (int k = 0; k < found.size(); k++) {
        PdmScore score = found.get(k);
        double[] six = {
          score.noAtFaultCollisions(),
          score.drivableAreaCompliance(),
          score.egoProgress(),
          score.timeToCollisionWithinBound(),
          score.comfort(),
          score.score()
        };
        for (int s = 0; s < SCORES; s++) {
          values[(i * proposals + k) * SCORES + s] = (float) six[s];
        }
      }
    }
    return Constants.of(beside.getManager(), values, samples.size(), proposals, SCORES);
  }
}
