package io.drivedistill.student.head;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which planning head a student has in place of its own, and the head's sizes. Exactly one is
 * given.
 *
 * @param vocabulary a choice from a fixed vocabulary, taught by the PDM scorer
 * @param variational a conditional variational autoencoder
 * @param flow flow matching over accelerations and curvatures
 * @param diffusion truncated diffusion from anchors
 * @param scoring learnt proposals, refined and scored by forecasts of the PDM scorer
 */
public record HeadConfig(
    Optional<Vocabulary> vocabulary,
    Optional<Variational> variational,
    Optional<Flow> flow,
    Optional<Diffusion> diffusion,
    Optional<Scoring> scoring) {

  /**
   * @param size V, trajectories
   * @param imitationWeight of the cross entropy with what people drove
   * @param metricWeight of the cross entropy of each sub-score
   * @param choice how the heads' answers make the score that chooses
   */
  public record Vocabulary(
      int size, double imitationWeight, double metricWeight, ChoiceWeights choice) {
    /** Checks the size. */
    public Vocabulary {
      atLeast("vocabulary.size", size, 2);
    }
  }

  /**
   * Weights of log-probabilities.
   *
   * @param imitation of what people would drive
   * @param noCollision of no collision at fault
   * @param drivableArea of staying on the road
   * @param weightedMean of 5·time to collision + 5·progress + 2·comfort
   */
  public record ChoiceWeights(
      double imitation, double noCollision, double drivableArea, double weightedMean) {}

  /**
   * @param proposals K, trajectories drawn at once
   * @param latent numbers of a latent vector
   * @param divergenceWeight of the divergence from the standard normal distribution, in nats
   */
  public record Variational(int proposals, int latent, double divergenceWeight) {
    /** Checks the sizes. */
    public Variational {
      atLeast("variational.proposals", proposals, 2);
      atLeast("variational.latent", latent, 1);
    }
  }

  /**
   * @param proposals K, trajectories drawn at once
   * @param steps Euler steps from noise to controls
   */
  public record Flow(int proposals, int steps) {
    /** Checks the sizes. */
    public Flow {
      atLeast("flow.proposals", proposals, 2);
      atLeast("flow.steps", steps, 1);
    }
  }

  /**
   * @param proposals K, anchors
   * @param truncatedAt steps of a schedule of 1000 at which the noise ends
   * @param steps DDIM steps of planning
   * @param choiceWeight of the cross entropy of the choice
   */
  public record Diffusion(int proposals, int truncatedAt, int steps, double choiceWeight) {
    /** Checks the sizes. */
    public Diffusion {
      atLeast("diffusion.proposals", proposals, 2);
      atLeast("diffusion.truncatedAt", truncatedAt, 1);
      atLeast("diffusion.steps", steps, 1);
    }
  }

  /**
   * @param proposals K
   * @param refinements how often the proposals are refined
   * @param earlierWeight share that counts of all refinements before
   * @param finalScoreWeight of the cross entropy of the PDM score
   * @param subScoreWeight of the cross entropy of all six scores together
   */
  public record Scoring(
      int proposals,
      int refinements,
      double earlierWeight,
      double finalScoreWeight,
      double subScoreWeight) {
    /** Checks the sizes. */
    public Scoring {
      atLeast("scoring.proposals", proposals, 2);
      atLeast("scoring.refinements", refinements, 1);
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least " + least);
    }
  }

  /** Checks that one head is chosen. */
  public HeadConfig {
    long given =
        Stream.of(vocabulary, variational, flow, diffusion, scoring)
            .filter(Optional::isPresent)
            .count();
    if (given != 1) {
      throw new IllegalArgumentException(
          "give one of vocabulary, variational, flow, diffusion and scoring, found " + given);
    }
  }

  /** How many anchors the head starts from; 0 if it has none. */
  public int anchors() {
    return vocabulary.map(Vocabulary::size).or(() -> diffusion.map(Diffusion::proposals)).orElse(0);
  }

  /** The head, not initialised. */
  public PlanningHead head(HeadSizes sizes) {
    if (vocabulary.isPresent()) {
      return new VocabularyHead(vocabulary.get(), sizes);
    }
    if (variational.isPresent()) {
      return new VariationalHead(variational.get(), sizes);
    }
    if (flow.isPresent()) {
      return new FlowHead(flow.get(), sizes);
    }
    if (diffusion.isPresent()) {
      return new DiffusionHead(diffusion.get(), sizes);
    }
    return new ScoringHead(scoring.orElseThrow(), sizes);
  }
}
