package io.drivedistill.student.ipad;

import io.drivedistill.navsim.log.CameraName;
import java.util.List;

/**
 * Sizes of an {@link Ipad}. {@link #published} is the released network for NAVSIM, {@link
 * #quickstart} one that trains in minutes on two CPU cores.
 *
 * @param image pictures of the cameras
 * @param widths channels of the four stages of the image encoder
 * @param blocks residual blocks of the four stages
 * @param proposals trajectories that are refined
 * @param poses planned poses of each
 * @param poseIntervalS time between poses
 * @param refinements how often the shared refiner runs
 * @param refiner sizes of the refiner
 * @param anchors where a pose looks at the cameras
 * @param foresight whether training also predicts colliding agents and areas of the road
 * @param loss weights of the loss
 * @param behaviour what of the released code's peculiarities is kept
 */
public record IpadConfig(
    Image image,
    List<Integer> widths,
    List<Integer> blocks,
    int proposals,
    int poses,
    double poseIntervalS,
    int refinements,
    Refiner refiner,
    Anchors anchors,
    Foresight foresight,
    LossWeights loss,
    Behaviour behaviour) {

  /** Encoders halve the map five times. */
  static final int STRIDE = 32;

  /** Pose, velocity, acceleration, command. */
  static final int STATUS_CHANNELS = 11;

  /** Attention heads of the refiner; fixed in the released code. */
  static final int HEADS = 8;

  /** Steps of the simulator, 0.1 s apart, within a pose of 0.5 s. */
  static final int STEPS_PER_POSE = 5;

  /** Steps for which agents are predicted. */
  static final int AGENT_STEPS = 40;

  /** What of the released code's peculiarities is kept (SPEC-ipad sections 1, 2 and 5). */
  public enum Behaviour {
    /** As the paper describes it: every corner at every height, channels in their own order. */
    PAPER,
    /**
     * What weights of the released code were trained with: corner i only at height i, and the
     * normalisation constants of red and blue swapped. Samples stay independent.
     */
    RELEASED_WEIGHTS,
    /**
     * Also the mixing of samples within a batch of the released code, to compare training step by
     * step. Plans depend on the rest of the batch; not for driving.
     */
    RELEASED_TRAINING
  }

  /**
   * The pictures that the network takes; inside they are padded below to a multiple of 32 rows.
   *
   * @param cameras in the order of the camera embeddings
   * @param height rows
   * @param width columns, a multiple of 32
   */
  public record Image(List<CameraName> cameras, int height, int width) {
    /** Checks the sizes. */
    public Image {
      cameras = List.copyOf(cameras);
      require(!cameras.isEmpty(), "image.cameras is empty");
      require(
          height > 0 && width > 0 && width % STRIDE == 0,
          "image is " + height + "x" + width + "; the width must be a multiple of 32");
    }

    int paddedHeight() {
      return (height + STRIDE - 1) / STRIDE * STRIDE;
    }

    int rows() {
      return paddedHeight() / STRIDE;
    }

    int columns() {
      return width / STRIDE;
    }
  }

  /**
   * Sizes of the refiner.
   *
   * @param channels of the queries, a multiple of 8
   * @param feedForward hidden channels of its MLPs
   * @param layers attention layers per refinement
   * @param dropout rate on the outputs of its branches
   */
  public record Refiner(int channels, int feedForward, int layers, double dropout) {}

  /**
   * The four corners of the vehicle at a pose, at several heights.
   *
   * @param halfLengthM half the vehicle's length with a margin
   * @param halfWidthM half its width with a margin
   * @param rearAxleToCentreM from the pose to the vehicle's centre
   * @param heights how many
   * @param lowestM lowest height over the ground frame
   * @param highestM highest
   */
  public record Anchors(
      double halfLengthM,
      double halfWidthM,
      double rearAxleToCentreM,
      int heights,
      double lowestM,
      double highestM) {
    int points() {
      return VehicleAnchors.CORNERS * heights;
    }
  }

  /**
   * Heads that only training needs.
   *
   * @param agents which agents would be hit and where they are
   * @param areas whether the vehicle is off the road or in oncoming traffic
   */
  public record Foresight(boolean agents, boolean areas) {}

  /**
   * Weights of the loss.
   *
   * @param trajectory of the poses
   * @param earlier share that counts of all refinements before
   * @param diversity of the distance between the two closest proposals
   * @param subScores of all six scores together
   * @param finalScore of the PDM score
   * @param agentValidity of whether an agent is hit
   * @param agentCorners of where it is
   * @param areas of the areas
   */
  public record LossWeights(
      double trajectory,
      double earlier,
      double diversity,
      double subScores,
      double finalScore,
      double agentValidity,
      double agentCorners,
      double areas) {
    /** The released weights. */
    public static LossWeights published() {
      return new LossWeights(1, 0.1, 0, 0, 1, 1, 0.1, 2);
    }
  }

  /** Checks that the sizes fit together. */
  public IpadConfig {
    widths = List.copyOf(widths);
    blocks = List.copyOf(blocks);
    require(
        widths.size() == 4 && blocks.size() == 4,
        "the image encoder has four stages, got widths " + widths + " and blocks " + blocks);
    require(
        refiner.channels() % HEADS == 0,
        "refiner.channels is " + refiner.channels() + ", no multiple of 8");
    require(
        proposals > 0 && poses > 0 && refinements > 0 && refiner.layers() > 0,
        "proposals, poses, refinements and refiner.layers must be at least 1");
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** The released network for NAVSIM: 29 180 771 parameters. */
  public static IpadConfig published() {
    return new IpadConfig(
        new Image(
            List.of(CameraName.CAM_B0, CameraName.CAM_F0, CameraName.CAM_L0, CameraName.CAM_R0),
            432,
            768),
        List.of(64, 128, 256, 512),
        List.of(3, 4, 6, 3),
        64,
        8,
        0.5,
        4,
        new Refiner(256, 1024, 1, 0),
        new Anchors(2.838, 1.2485, 1.461, 4, -2, 6),
        new Foresight(true, true),
        LossWeights.published(),
        Behaviour.PAPER);
  }

  /** A small network for two CPU cores. */
  public static IpadConfig quickstart() {
    return new IpadConfig(
        new Image(List.of(CameraName.CAM_F0, CameraName.CAM_L0, CameraName.CAM_R0), 90, 160),
        List.of(16, 32, 64, 128),
        List.of(1, 1, 1, 1),
        16,
        8,
        0.5,
        2,
        new Refiner(64, 128, 1, 0),
        new Anchors(2.838, 1.2485, 1.461, 4, -2, 6),
        new Foresight(true, true),
        LossWeights.published(),
        Behaviour.PAPER);
  }

  /** The same sizes with other peculiarities. */
  public IpadConfig withBehaviour(Behaviour newBehaviour) {
    return new IpadConfig(
        image,
        widths,
        blocks,
        proposals,
        poses,
        poseIntervalS,
        refinements,
        refiner,
        anchors,
        foresight,
        loss,
        newBehaviour);
  }

  int queries() {
    return proposals * poses;
  }

  int imageCells() {
    return image.rows() * image.columns();
  }

  boolean asReleased() {
    return behaviour != Behaviour.PAPER;
  }

  boolean mixesSamples() {
    return behaviour == Behaviour.RELEASED_TRAINING;
  }
}
