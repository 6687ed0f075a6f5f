package io.drivedistill.teacher.qwen;

import io.drivedistill.teacher.image.Patches;
import java.util.List;
import java.util.Set;

/**
 * Sizes of a Qwen2.5-VL model (SPEC-qwen2_5_vl section 1).
 *
 * @param text the language model
 * @param vision the vision tower
 * @param markers ids that mark pictures in a token sequence
 */
public record QwenConfig(Text text, Vision vision, Markers markers) {

  /** Checks that the two parts fit together. */
  public QwenConfig {
    if (vision.outputSize() != text.hiddenSize()) {
      throw new IllegalArgumentException(
          "The vision tower gives vectors of "
              + vision.outputSize()
              + ", the language model reads "
              + text.hiddenSize());
    }
  }

  /**
   * The language model.
   *
   * @param vocabularySize rows of the embedding table, spare rows included
   * @param hiddenSize channels
   * @param intermediateSize channels inside the feed-forward part
   * @param layers decoder layers
   * @param heads query heads
   * @param keyValueHeads key and value heads; each serves heads / keyValueHeads query heads
   * @param normEpsilon of RMSNorm
   * @param ropeTheta base of the rotary frequencies
   * @param mropeSection how many rotary frequencies follow time, height and width
   * @param tiedHead whether the embedding table is the output layer too
   * @param initialDeviation standard deviation of a fresh embedding table
   */
  public record Text(
      int vocabularySize,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      double normEpsilon,
      double ropeTheta,
      List<Integer> mropeSection,
      boolean tiedHead,
      double initialDeviation) {

    /** Checks divisibility and the sum of the rotary sections. */
    public Text {
      mropeSection = List.copyOf(mropeSection);
      requireDivisible("hidden_size", hiddenSize, "num_attention_heads", heads);
      requireDivisible("num_attention_heads", heads, "num_key_value_heads", keyValueHeads);
      int frequencies = mropeSection.stream().mapToInt(Integer::intValue).sum();
      if (mropeSection.size() != 3 || 2 * frequencies != hiddenSize / heads) {
        throw new IllegalArgumentException(
            "mrope_section "
                + mropeSection
                + " must be three numbers whose sum is half the head size "
                + hiddenSize / heads);
      }
    }

    /** Channels of a head. */
    public int headSize() {
      return hiddenSize / heads;
    }
  }

  /**
   * The vision tower.
   *
   * @param depth blocks
   * @param hiddenSize channels
   * @param intermediateSize channels inside the feed-forward part
   * @param heads attention heads
   * @param outputSize channels of a merged token, the language model's hidden size
   * @param patches how pictures are cut
   * @param windowSize side of an attention window in pixels
   * @param fullAttentionBlocks blocks that attend over whole frames
   * @param tokensPerSecond time steps of the rotary position per second of video
   */
  public record Vision(
      int depth,
      int hiddenSize,
      int intermediateSize,
      int heads,
      int outputSize,
      Patches patches,
      int windowSize,
      Set<Integer> fullAttentionBlocks,
      double tokensPerSecond) {

    /** Checks divisibility. */
    public Vision {
      fullAttentionBlocks = Set.copyOf(fullAttentionBlocks);
      requireDivisible("vision hidden_size", hiddenSize, "4 * num_heads", 4 * heads);
      requireDivisible("window_size", windowSize, "merged patch side", patches.factor());
    }

    /** Channels of a head. */
    public int headSize() {
      return hiddenSize / heads;
    }

    /** Merged cells of a window's side. */
    public int windowCells() {
      return windowSize / patches.factor();
    }
  }

  /**
   * Ids that mark pictures.
   *
   * @param visionStart opens a picture
   * @param visionEnd closes a picture
   * @param image stands where a merged cell of a picture goes
   * @param video stands where a merged cell of a clip goes
   */
  public record Markers(int visionStart, int visionEnd, int image, int video) {
    /** The ids of the published models. */
    public static final Markers PUBLISHED = new Markers(151652, 151653, 151655, 151656);
  }

  private static void requireDivisible(String name, int value, String by, int divisor) {
    if (divisor <= 0 || value % divisor != 0) {
      throw new IllegalArgumentException(
          name + " " + value + " must be a multiple of " + by + " " + divisor);
    }
  }
}
