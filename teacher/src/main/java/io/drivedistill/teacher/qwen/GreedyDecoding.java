package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Token by token decoding that always takes the most likely token, with a key-value cache. */
public final class GreedyDecoding {
  private GreedyDecoding() {}

  /**
   * What was decoded.
   *
   * @param ids the chosen tokens of each step, one per batch entry
   * @param logits per step the scores they were chosen by, [B, V] each
   */
  public record Result(List<List<Long>> ids, List<NDArray> logits) {}

  /**
   * Decodes a fixed number of tokens, whatever they are.
   *
   * @param manager owns all arrays
   */
  public static Result decode(
      QwenVl model,
      Pass pass,
      NDManager manager,
      TokenBatch prompt,
      List<VisualFrames> frames,
      int steps) {
    KeyValueCache cache = new KeyValueCache(model.config().text().layers());
    List<RotaryPositions> positions = prompt.positions(model.config());
    List<List<Long>> ids = new ArrayList<>();
    boolean[][] attended = prompt.attended();
    List<NDArray> logits = new ArrayList<>();
    NDArray hidden = model.prefill(pass, prompt, frames, positions, cache, manager);
    for (int step = 0; step < steps; step++) {
      NDArray scores = model.logits(pass, hidden.get(":, -1"));
      logits.add(scores);
      long[] chosen = scores.argMax(1).toLongArray();
      ids.add(Arrays.stream(chosen).boxed().toList());
      if (step + 1 < steps) {
        attended = extended(attended);
        hidden = model.continued(pass, manager, chosen, attended, positions, cache);
      }
    }
    return new Result(ids, logits);
  }

  /**
   * What a model answered out of some rows of the vocabulary.
   *
   * @param chosen [B][steps] numbers of the rows, counted from the first of them
   * @param scores [B, steps, rows] by which they were chosen
   * @param hidden [B, N + steps − 1, C] states of the prompt and of all chosen tokens but the last
   */
  public record Answer(List<int[]> chosen, NDArray scores, NDArray hidden) {}

  /**
   * Decodes a fixed number of tokens out of the vocabulary rows {@code first} to {@code first +
   * rows − 1}, each the most likely one after those before it.
   *
   * @param manager owns all arrays
   */
  public static Answer answer(
      QwenVl model,
      Pass pass,
      NDManager manager,
      TokenBatch prompt,
      List<VisualFrames> frames,
      int first,
      int rows,
      int steps) {
    KeyValueCache cache = new KeyValueCache(model.config().text().layers());
    List<RotaryPositions> positions = prompt.positions(model.config());
    boolean[][] attended = prompt.attended();
    NDArray hidden = model.prefill(pass, prompt, frames, positions, cache, manager);
    NDList states = new NDList(hidden);
    NDList scores = new NDList();
    List<int[]> chosen = new ArrayList<>();
    for (int b = 0; b < prompt.size(); b++) {
      chosen.add(new int[steps]);
    }
    for (int step = 0; step < steps; step++) {
      NDArray last = model.logits(pass, hidden.get(":, -1:"), first, rows);
      scores.add(last);
      long[] best = last.argMax(2).toLongArray();
      for (int b = 0; b < best.length; b++) {
        chosen.get(b)[step] = (int) best[b];
        best[b] += first;
      }
      if (step + 1 < steps) {
        attended = extended(attended);
        hidden = model.continued(pass, manager, best, attended, positions, cache);
        states.add(hidden);
      }
    }
    return new Answer(chosen, NDArrays.concat(scores, 1), NDArrays.concat(states, 1));
  }

  private static boolean[][] extended(boolean[][] attended) {
    if (attended == null) {
      return null;
    }
    boolean[][] longer = new boolean[attended.length][];
    for (int b = 0; b < attended.length; b++) {
      longer[b] = Arrays.copyOf(attended[b], attended[b].length + 1);
      longer[b][attended[b].length] = true;
    }
    return longer;
  }
}
