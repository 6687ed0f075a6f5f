package io.drivedistill.teacher.action;

import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.prompt.ActionTokens;
import io.drivedistill.teacher.qwen.QwenConfig;
import java.util.List;
import java.util.Set;

/**
 * Sizes of a Qwen2.5-VL that is trained from scratch. Everything not named here is as published,
 * only the vocabulary holds nothing but what the driving prompt needs.
 *
 * @param hiddenSize channels of the language model
 * @param layers decoder layers
 * @param heads query heads
 * @param keyValueHeads key and value heads
 * @param feedForwardSize channels inside the decoder's feed-forward part
 * @param visionHiddenSize channels of the vision tower
 * @param visionDepth vision blocks
 * @param visionHeads vision heads
 * @param visionFeedForwardSize channels inside the vision blocks' feed-forward part
 * @param fullAttentionBlocks vision blocks that attend over whole frames
 */
public record QwenSizes(
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int feedForwardSize,
    int visionHiddenSize,
    int visionDepth,
    int visionHeads,
    int visionFeedForwardSize,
    List<Integer> fullAttentionBlocks) {
  private static final int WINDOW_PX = 112;
  private static final double INITIAL_DEVIATION = 0.02;

  /** Copies the list. */
  public QwenSizes {
    fullAttentionBlocks = List.copyOf(fullAttentionBlocks);
  }

  /**
   * The model's configuration for a vocabulary of {@code phrases} tokens, four picture markers and
   * the action tokens, in this order.
   */
  QwenConfig config(int phrases, int codes, int positions) {
    QwenConfig.Markers markers =
        new QwenConfig.Markers(phrases, phrases + 1, phrases + 2, phrases + 3);
    ActionTokens actions = actions(phrases, codes, positions);
    int frequencies = hiddenSize / heads / 2;
    int time = frequencies / 4;
    int height = (frequencies - time) / 2;
    return new QwenConfig(
        new QwenConfig.Text(
            actions.end(),
            hiddenSize,
            feedForwardSize,
            layers,
            heads,
            keyValueHeads,
            1e-6,
            1e6,
            List.of(time, height, frequencies - time - height),
            true,
            INITIAL_DEVIATION),
        new QwenConfig.Vision(
            visionDepth,
            visionHiddenSize,
            visionFeedForwardSize,
            visionHeads,
            hiddenSize,
            Patches.PUBLISHED,
            WINDOW_PX,
            Set.copyOf(fullAttentionBlocks),
            2),
        markers);
  }

  /** The action tokens behind the markers. */
  static ActionTokens actions(int phrases, int codes, int positions) {
    return ActionTokens.from(phrases + 4, codes, positions);
  }
}
