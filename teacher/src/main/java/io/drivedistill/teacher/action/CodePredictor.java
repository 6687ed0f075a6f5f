package io.drivedistill.teacher.action;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Pass;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.prompt.ActionTokens;
import io.drivedistill.teacher.prompt.EncodedScene;
import io.drivedistill.teacher.qwen.GreedyDecoding;
import io.drivedistill.teacher.qwen.QwenVl;
import io.drivedistill.teacher.qwen.TokenBatch;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import io.drivedistill.teacher.qwen.VisualFrames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads the codes of a scene off the model in one prefill: the hidden states at the action queries,
 * times the vocabulary rows of the codes; or lets the model write them one after the other.
 */
final class CodePredictor {
  private static final float BYTE_RANGE = 255;

  private final QwenVl model;
  private final ActionTokens actions;
  private final int padding;
  private final int visualBands;

  /**
   * @param padding id of the padding token
   * @param visualBands columns into which each clip's visual tokens are pooled
   */
  CodePredictor(QwenVl model, ActionTokens actions, int padding, int visualBands) {
    this.model = model;
    this.actions = actions;
    this.padding = padding;
    this.visualBands = visualBands;
  }

  QwenVl model() {
    return model;
  }

  int visualBands() {
    return visualBands;
  }

  ActionTokens actions() {
    return actions;
  }

  /**
   * What the model makes of a batch.
   *
   * @param codeScores [B, positions, codes], before the softmax
   * @param hidden [B, N, C] of all tokens
   * @param tokens the batch
   */
  record Reading(NDArray codeScores, NDArray hidden, TokenBatch tokens) {}

  /** Runs the model; {@code manager} owns everything computed. */
  Reading read(Pass pass, NDManager manager, List<EncodedScene> scenes) {
    return read(pass, manager, scenes, tokens(scenes, scenes.stream().map(EncodedScene::ids)));
  }

  /**
   * Reads each code at the token before it, all of them given: what {@link #written} gives where
   * these are the codes it would write.
   *
   * @param codes [B][positions]; the last of each is not looked at
   */
  Reading told(Pass pass, NDManager manager, List<EncodedScene> scenes, List<int[]> codes) {
    return read(pass, manager, scenes, toldTokens(scenes, codes));
  }

  /** Lets the model write the codes one after the other, with a cache of keys and values. */
  Reading written(Pass pass, NDManager manager, List<EncodedScene> scenes) {
    int left = actions.positions() - 1;
    TokenBatch prompt =
        tokens(
            scenes,
            scenes.stream().map(scene -> Arrays.copyOf(scene.ids(), scene.ids().length - left)));
    GreedyDecoding.Answer answer =
        GreedyDecoding.answer(
            model,
            pass,
            manager,
            prompt,
            frames(manager, scenes),
            actions.firstCode(),
            actions.codes(),
            actions.positions());
    return new Reading(answer.scores(), answer.hidden(), toldTokens(scenes, answer.chosen()));
  }

  private Reading read(Pass pass, NDManager manager, List<EncodedScene> scenes, TokenBatch tokens) {
    NDArray hidden = model.hiddenStates(pass, tokens, frames(manager, scenes));
    NDArray asked = hidden.get(":, " + (tokens.length() - actions.positions()) + ":");
    NDArray scores = model.logits(pass, asked, actions.firstCode(), actions.codes());
    return new Reading(scores, hidden, tokens);
  }

  /** The first query asks for the first code; in place of the others stand the codes before. */
  private TokenBatch toldTokens(List<EncodedScene> scenes, List<int[]> codes) {
    return tokens(
        scenes,
        IntStream.range(0, scenes.size())
            .mapToObj(
                b -> {
                  long[] ids = scenes.get(b).ids().clone();
                  int first = ids.length - actions.positions();
                  for (int i = 1; i < actions.positions(); i++) {
                    ids[first + i] = actions.firstCode() + (long) codes.get(b)[i - 1];
                  }
                  return ids;
                }));
  }

  private TokenBatch tokens(List<EncodedScene> scenes, Stream<long[]> ids) {
    return TokenBatch.leftPadded(
        ids.toList(), scenes.stream().map(EncodedScene::spans).toList(), padding);
  }

  /**
   * The states kept for a student: those of the action queries, then for each clip the mean of its
   * visual tokens in vertical bands from left to right. Fixed, so that it can be done before the
   * states are stored.
   *
   * @return [B, positions + clips·bands, C]
   */
  NDArray features(Reading reading) {
    TokenBatch tokens = reading.tokens();
    NDArray hidden = reading.hidden();
    int clips = tokens.visuals(0).size();
    int rows = actions.positions() + clips * visualBands;
    int length = tokens.length();
    float[] pooling = new float[tokens.size() * rows * length];
    for (int b = 0; b < tokens.size(); b++) {
      int start = b * rows * length;
      for (int i = 0; i < actions.positions(); i++) {
        pooling[start + i * length + length - actions.positions() + i] = 1;
      }
      addBands(pooling, start + actions.positions() * length, tokens, b);
    }
    NDArray matrix = Constants.of(hidden.getManager(), pooling, tokens.size(), rows, length);
    return matrix.matMul(hidden);
  }

  private void addBands(float[] pooling, int firstRow, TokenBatch tokens, int b) {
    int merge = model.config().vision().patches().merge();
    int[] places = tokens.visualPlaces(model.config().markers(), b);
    int place = 0;
    int row = firstRow;
    for (VisualSpan span : tokens.visuals(b)) {
      int columns = span.grid().columns() / merge;
      int cells = span.grid().tokens(merge);
      for (int cell = 0; cell < cells; cell++) {
        int band = cell % columns * visualBands / columns;
        pooling[row + band * tokens.length() + places[place++]] =
            1f / (cells / columns * bandWidth(columns, band));
      }
      row += visualBands * tokens.length();
    }
  }

  private int bandWidth(int columns, int band) {
    int width = 0;
    for (int column = 0; column < columns; column++) {
      width += column * visualBands / columns == band ? 1 : 0;
    }
    return width;
  }

  /** All frame groups of all clips, neighbours of equal size together. */
  private List<VisualFrames> frames(NDManager manager, List<EncodedScene> scenes) {
    Patches patches = model.config().vision().patches();
    List<VisualFrames> frames = new ArrayList<>();
    ByteBuffer bytes = null;
    PatchGrid size = null;
    int total = scenes.stream().mapToInt(scene -> scene.patches().length).sum();
    for (EncodedScene scene : scenes) {
      int position = 0;
      for (VisualSpan span : scene.spans()) {
        PatchGrid frame = new PatchGrid(1, span.grid().rows(), span.grid().columns());
        if (!frame.equals(size)) {
          flush(manager, bytes, size, frames);
          bytes = ByteBuffer.allocateDirect(total);
          size = frame;
        }
        int count = span.grid().patches() * patches.length();
        bytes.put(scene.patches(), position, count);
        position += count;
        total -= count;
      }
    }
    flush(manager, bytes, size, frames);
    return frames;
  }

  private void flush(
      NDManager manager, ByteBuffer bytes, PatchGrid size, List<VisualFrames> frames) {
    if (bytes == null) {
      return;
    }
    Patches patches = model.config().vision().patches();
    bytes.flip();
    int count = bytes.remaining() / (size.patches() * patches.length());
    Shape shape = new Shape(count, size.patches(), patches.length());
    try (NDArray borrowed = manager.create(bytes, shape, DataType.UINT8);
        NDArray values = borrowed.toType(DataType.FLOAT32, true);
        NDArray scaled = values.mul(perElement(manager, patches, false))) {
      NDArray normalized = scaled.add(perElement(manager, patches, true));
      frames.add(new VisualFrames(normalized, size.rows(), size.columns()));
    }
  }

  /** Factor or summand of each element of a patch that normalise its channel. */
  private static NDArray perElement(NDManager manager, Patches patches, boolean summand) {
    float[] values = new float[patches.length()];
    int perChannel = values.length / 3;
    for (int i = 0; i < values.length; i++) {
      double deviation = Patches.deviation(i / perChannel);
      values[i] =
          (float) (summand ? -Patches.mean(i / perChannel) : 1 / BYTE_RANGE) / (float) deviation;
    }
    return Constants.of(manager, values, values.length);
  }
}
