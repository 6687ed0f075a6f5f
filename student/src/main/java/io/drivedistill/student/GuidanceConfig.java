package io.drivedistill.student;

/**
 * Sizes of everything between a teacher and a student. The same sizes serve the student that has
 * its teacher beside it and the one that replaced it, so that weights can move from one to the
 * other.
 *
 * @param teacher what the teacher gives for one scene
 * @param channels D, channels of the guidance that the planner sees
 * @param codesToo true to let the planner see code probabilities beside the features
 * @param poolingHeads attention heads of the pooling of teacher features
 * @param fusion attention of the planner to the guidance
 * @param decision transformer that replaces the teacher
 */
public record GuidanceConfig(
    Teacher teacher,
    int channels,
    boolean codesToo,
    int poolingHeads,
    Fusion fusion,
    Decision decision) {

  /**
   * What a teacher gives for one scene.
   *
   * @param tokens N, hidden states, those of the P action tokens first
   * @param channels channels of each
   * @param codePositions P, latent action codes it predicts
   * @param codes K, size of the codebook
   */
  public record Teacher(int tokens, int channels, int codePositions, int codes) {
    /** Checks that every code has its hidden state. */
    public Teacher {
      if (tokens < codePositions || codePositions < 1 || codes < 2) {
        throw new IllegalArgumentException(
            tokens + " hidden states cannot hold those of " + codePositions + " action tokens");
      }
    }
  }

  /** Sizes of {@link LatentFusion}. */
  public record Fusion(int layers, int heads, int feedForward) {}

  /** Sizes of {@link DecisionTransformer}. */
  public record Decision(int layers, int channels, int heads, int feedForward) {
    /** 50 million parameters, as published for LatentVLA (SPEC-lam B1). */
    public static Decision published() {
      return new Decision(12, 512, 8, 2048);
    }
  }

  /** Checks that heads divide channels. */
  public GuidanceConfig {
    require("channels", channels, poolingHeads);
    require("decision.channels", decision.channels(), decision.heads());
  }

  private static void require(String name, int channels, int heads) {
    if (heads < 1 || channels % heads != 0) {
      throw new IllegalArgumentException(
          name + " is " + channels + ", no multiple of its " + heads + " heads");
    }
  }

  /** Published sizes: Qwen2.5-VL-3B hidden states, 12 codes of 16, 50 M decision transformer. */
  public static GuidanceConfig published(int teacherTokens) {
    return new GuidanceConfig(
        new Teacher(teacherTokens, 2048, 12, 16),
        512,
        true,
        8,
        new Fusion(1, 8, 1024),
        Decision.published());
  }

  /** Small sizes for two CPU cores. */
  public static GuidanceConfig quickstart(Teacher teacher) {
    return new GuidanceConfig(
        teacher, 64, true, 4, new Fusion(1, 4, 128), new Decision(2, 64, 4, 128));
  }
}
