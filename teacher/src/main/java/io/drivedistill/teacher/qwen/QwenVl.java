package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Qwen2.5-VL: vision tower, language model and output layer, under the names of the published
 * checkpoint ({@code visual.*}, {@code model.*}, {@code lm_head.weight} where the head is not
 * tied).
 */
public final class QwenVl extends Module {
  private final QwenConfig config;
  private final VisualInterpolation interpolation;
  private final QwenVision vision;
  private final QwenDecoder decoder;
  private final Linear head;

  /** With rotary positions as published. */
  public QwenVl(QwenConfig config) {
    this(config, Optional.empty());
  }

  /**
   * With squeezed rotary positions of long clips, if wanted.
   *
   * @throws DriveDistillException if no frequency of this model would be squeezed
   */
  public QwenVl(QwenConfig config, Optional<VisualInterpolation> interpolation) {
    this.config = config;
    int frequencies = config.text().headSize() / 2;
    interpolation.ifPresent(
        squeezed -> {
          if (squeezed.firstFrequency() >= frequencies) {
            throw new DriveDistillException(
                "interpolation.firstFrequency is "
                    + squeezed.firstFrequency()
                    + ", but the model has the rotary frequencies 0 to "
                    + (frequencies - 1),
                "Maybe choose half of them; without 'interpolation' nothing is squeezed.");
          }
        });
    this.interpolation = interpolation.orElse(null);
    vision = child("visual", new QwenVision(config.vision()));
    decoder = child("model", new QwenDecoder(config.text()));
    QwenConfig.Text text = config.text();
    head =
        text.tiedHead()
            ? null
            : child("lm_head", new Linear(text.hiddenSize(), text.vocabularySize(), false));
  }

  /**
   * A name of a file re-saved by transformers 4.52 or later as the published file has it; other
   * names stay.
   */
  public static String publishedName(String name) {
    if (name.startsWith("model.visual.")) {
      return name.substring("model.".length());
    }
    if (name.startsWith("model.language_model.")) {
      return "model." + name.substring("model.language_model.".length());
    }
    return name;
  }

  /** The sizes. */
  public QwenConfig config() {
    return config;
  }

  /**
   * Hidden states after the final norm, in one prefill.
   *
   * @param frames all frames of all visual spans in reading order, batch entry by batch entry; the
   *     arrays' manager owns everything computed here, or that of the pass where there are none
   * @return [B, N, C]
   */
  public NDArray hiddenStates(Pass pass, TokenBatch tokens, List<VisualFrames> frames) {
    return prefill(pass, tokens, frames, tokens.positions(config), null, pass.store().getManager());
  }

  /**
   * Like {@link #hiddenStates}, filling a cache.
   *
   * @param manager owns everything computed where there are no frames, else null
   */
  NDArray prefill(
      Pass pass,
      TokenBatch tokens,
      List<VisualFrames> frames,
      List<RotaryPositions> positions,
      KeyValueCache cache,
      NDManager manager) {
    NDManager owner = frames.isEmpty() ? manager : frames.get(0).patches().getManager();
    NDArray embedded = embed(pass, tokens, frames, owner);
    QwenConfig.Text text = config.text();
    NDArray mask =
        DecoderMask.of(
            owner, tokens.attended(), 0, tokens.length(), text.heads() / text.keyValueHeads());
    return decoder.forward(
        pass,
        embedded,
        RotaryPositions.rotation(owner, positions, text, interpolation),
        mask,
        cache);
  }

  /** Embedded tokens with visual vectors in the places of the markers, [B, N, C]. */
  private NDArray embed(Pass pass, TokenBatch tokens, List<VisualFrames> frames, NDManager owner) {
    long[] flat = Arrays.stream(tokens.ids()).flatMapToLong(Arrays::stream).toArray();
    NDArray ids = Constants.of(owner, flat, tokens.size(), tokens.length());
    NDArray words = decoder.embedding().forward(pass, ids);
    int[] places = tokens.visualPlaces(config.markers());
    if (places.length == 0) {
      return words;
    }
    int size = config.text().hiddenSize();
    NDArray visual = visualTokens(pass, frames);
    if (visual.getShape().get(0) != places.length) {
      throw new IllegalArgumentException(
          "The sequences have room for "
              + places.length
              + " visual tokens, the pictures make "
              + visual.getShape().get(0));
    }
    long[] rows = new long[flat.length];
    Arrays.setAll(rows, i -> i);
    for (int i = 0; i < places.length; i++) {
      rows[places[i]] = (long) flat.length + i;
    }
    NDArray table = words.reshape(-1, size).concat(visual, 0);
    return Rows.pick(table, rows).reshape(tokens.size(), tokens.length(), size);
  }

  /** All visual tokens in reading order, [V, C]. */
  NDArray visualTokens(Pass pass, List<VisualFrames> frames) {
    NDList parts = new NDList();
    for (VisualFrames part : frames) {
      parts.add(
          vision
              .forward(pass, part.patches(), part.rows(), part.columns())
              .reshape(-1, config.text().hiddenSize()));
    }
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
  }

  /** One step after what the cache has seen: hidden states [B, 1, C]. */
  NDArray continued(
      Pass pass,
      NDManager owner,
      long[] ids,
      boolean[][] attended,
      List<RotaryPositions> before,
      KeyValueCache cache) {
    int seen = cache.tokens();
    NDArray embedded = decoder.embedding().forward(pass, Constants.of(owner, ids, ids.length, 1));
    List<RotaryPositions> next = before.stream().map(p -> p.following(seen)).toList();
    QwenConfig.Text text = config.text();
    NDArray mask = DecoderMask.of(owner, attended, seen, 1, text.heads() / text.keyValueHeads());
    return decoder.forward(
        pass, embedded, RotaryPositions.rotation(owner, next, text, null), mask, cache);
  }

  /** Scores of all vocabulary rows, [..., C] to [..., V]. */
  public NDArray logits(Pass pass, NDArray hidden) {
    return head == null
        ? Linear.product(hidden, decoder.embedding().table(pass), null)
        : head.forward(pass, hidden);
  }

  /** Scores of the vocabulary rows {@code first} to {@code first + count - 1} only. */
  public NDArray logits(Pass pass, NDArray hidden, int first, int count) {
    NDArray table = head == null ? decoder.embedding().table(pass) : head.weight(pass);
    NDArray rows = table.get(new NDIndex(first + ":" + (first + count)));
    // A view of a parameter would otherwise live as long as the parameter.
    rows.attach(hidden.getManager());
    return Linear.product(hidden, rows, null);
  }

  QwenVision vision() {
    return vision;
  }

  QwenDecoder decoder() {
    return decoder;
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    throw new UnsupportedOperationException("Call hiddenStates");
  }
}
