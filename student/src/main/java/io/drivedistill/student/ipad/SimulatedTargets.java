package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.nn.Constants;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.SimulatedProposals;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What simulating every proposal of a batch teaches the scorer's heads (SPEC-ipad section 3). */
final class SimulatedTargets {
  /** Six scores of each proposal, [B, P, 6]. */
  static final String SCORES = "scores";

  /** Corners in the ego frame of the agent hit and the one too close, [B, P, 40, 2, 4, 2]. */
  static final String AGENT_CORNERS = "agent_corners";

  /** Whether there is such an agent, up to the event, [B, P, 40, 2]. */
  static final String AGENT_VALID = "agent_valid";

  /** Off the road and in oncoming traffic, [B, P, 5·poses, 2]. */
  static final String AREAS = "areas";

  private static final int CORNER_NUMBERS = 8;
  private static final int AGENTS = ProposalScorer.AGENTS;

  private final IpadConfig config;
  private final SceneCaches scenes;

  SimulatedTargets(IpadConfig config, SceneCaches scenes) {
    this.config = config;
    this.scenes = scenes;
  }

  /** Targets of one sample, row-major. */
  private final class Sample {
    private final int areaSteps = IpadConfig.STEPS_PER_POSE * config.poses();
    final float[] corners =
        new float[config.proposals() * IpadConfig.AGENT_STEPS * AGENTS * CORNER_NUMBERS];
    final float[] valid = new float[config.proposals() * IpadConfig.AGENT_STEPS * AGENTS];
    final float[] areas = new float[config.proposals() * areaSteps * ProposalScorer.AREAS];

    Sample(Optional<SimulatedProposals.Sample> simulated) {
      simulated.ifPresent(
          sample -> {
            for (int i = 0; i < sample.scores().size(); i++) {
              put(sample.scene(), sample.scores().get(i), i);
            }
          });
    }

    private void put(MetricCache cache, PdmScore result, int proposal) {
      follow(cache, result.reasons().collision(), proposal, 0);
      follow(cache, result.reasons().timeToCollision(), proposal, 1);
      for (int step = 1; step <= areaSteps; step++) {
        int at = (proposal * areaSteps + step - 1) * ProposalScorer.AREAS;
        areas[at] = result.reasons().nonDrivableMask() >>> step & 1;
        areas[at + 1] = result.reasons().oncomingMask() >>> step & 1;
      }
    }

    /** Where an agent is at every step up to its event. */
    private void follow(
        MetricCache cache, Optional<PdmScore.Event> event, int proposal, int agent) {
      if (event.isEmpty()) {
        return;
      }
      for (int step = 1; step <= event.get().step(); step++) {
        Optional<double[]> box = cache.cornersInEgoM(event.get().trackToken(), step);
        if (box.isPresent()) {
          int at = (proposal * IpadConfig.AGENT_STEPS + step - 1) * AGENTS + agent;
          valid[at] = 1;
          for (int k = 0; k < CORNER_NUMBERS; k++) {
            corners[at * CORNER_NUMBERS + k] = (float) box.get()[k];
          }
        }
      }
    }
  }

  /**
   * Targets of a batch; those of unlabelled samples are zero.
   *
   * @param proposals [B, P, poses, 3]
   * @param tokens of the samples
   * @param labelled [B]
   */
  Map<String, NDArray> of(NDArray proposals, List<String> tokens, NDArray labelled) {
    SimulatedProposals simulated =
        SimulatedProposals.of(scenes, proposals, config.poseIntervalS(), tokens, labelled);
    List<Sample> samples = simulated.samples().stream().map(Sample::new).toList();
    NDManager manager = proposals.getManager();
    long batch = samples.size();
    long count = config.proposals();
    long steps = IpadConfig.AGENT_STEPS;
    long areaSteps = (long) IpadConfig.STEPS_PER_POSE * config.poses();
    Map<String, NDArray> targets = new LinkedHashMap<>();
    targets.put(SCORES, simulated.scores(proposals));
    targets.put(
        AGENT_CORNERS,
        Constants.of(
            manager,
            joined(samples.stream().map(s -> s.corners).toList()),
            batch,
            count,
            steps,
            AGENTS,
            4,
            2));
    targets.put(
        AGENT_VALID,
        Constants.of(
            manager,
            joined(samples.stream().map(s -> s.valid).toList()),
            batch,
            count,
            steps,
            AGENTS));
    targets.put(
        AREAS,
        Constants.of(
            manager,
            joined(samples.stream().map(s -> s.areas).toList()),
            batch,
            count,
            areaSteps,
            ProposalScorer.AREAS));
    return targets;
  }

  private static float[] joined(List<float[]> parts) {
    int length = parts.get(0).length;
    float[] all = new float[parts.size() * length];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, all, i * length, length);
    }
    return all;
  }
}
