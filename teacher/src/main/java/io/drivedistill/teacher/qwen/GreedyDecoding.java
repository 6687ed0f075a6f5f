package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
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
