package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Mlp;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * A function of x that depends on conditions: all are projected and added, pre-norm residual MLPs
 * follow, and one linear layer says the result.
 */
final class ConditionedMlp extends Module {
  private final Linear input;
  private final List<Linear> conditions = new ArrayList<>();
  private final List<LayerNorm> norms = new ArrayList<>();
  private final List<Mlp> blocks = new ArrayList<>();
  private final LayerNorm last;
  private final Linear output;

  /**
   * @param in channels of x
   * @param hidden channels between
   * @param depth number of residual MLPs
   * @param out channels of the result
   * @param conditionChannels of each condition
   */
  ConditionedMlp(int in, int hidden, int depth, int out, int... conditionChannels) {
    input = child("input", new Linear(in, hidden));
    for (int i = 0; i < conditionChannels.length; i++) {
      conditions.add(child("conditions." + i, new Linear(conditionChannels[i], hidden, false)));
    }
    for (int i = 0; i < depth; i++) {
      norms.add(child("blocks." + i + ".norm", new LayerNorm(hidden)));
      blocks.add(child("blocks." + i + ".mlp", new Mlp(hidden, hidden, hidden)));
    }
    last = child("norm", new LayerNorm(hidden));
    output = child("output", new Linear(hidden, out));
  }

  /**
   * @param x [B, K, in]
   * @param given one array for each condition, broadcastable to [B, K, ·]
   * @return [B, K, out]
   */
  NDArray forward(Pass pass, NDArray x, NDArray... given) {
    NDArray hidden = input.forward(pass, x);
    for (int i = 0; i < given.length; i++) {
      hidden = hidden.add(conditions.get(i).forward(pass, given[i]));
    }
    for (int i = 0; i < blocks.size(); i++) {
      NDArray change = blocks.get(i).forward(pass, norms.get(i).forward(pass, hidden));
      hidden = hidden.add(change);
    }
    return output.forward(pass, last.forward(pass, hidden));
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDArray[] given = inputs.subList(1, inputs.size()).toArray(new NDArray[0]);
    return new NDList(forward(pass, inputs.head(), given));
  }
}
