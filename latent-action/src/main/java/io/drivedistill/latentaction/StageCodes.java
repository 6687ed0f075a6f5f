package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.Parallel;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.TensorLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Codes of many pairs by a trained stage, several batches at once, without gradients. */
final class StageCodes {
  private static final int BATCH = 128;

  private StageCodes() {}

  /** Environment codes [pairs][tokens] by stage 1. */
  static int[][] environment(EnvironmentActionModel model, FramePairs pairs, NDManager root) {
    return of(
        pairs,
        root,
        model.config().tokens(),
        (pass, x, condition) -> model.codes(pass, x, condition, null));
  }

  /** Ego codes [pairs][tokens] by stage 2. */
  static int[][] ego(EgoActionModel model, FramePairs pairs, NDManager root) {
    int tokens = model.config().tokens();
    return of(
        pairs, root, tokens, (pass, x, condition) -> model.codes(pass, x).get(":, 0:" + tokens));
  }

  private interface Coding {
    NDArray indices(Pass pass, NDArray features, NDArray condition);
  }

  private static int[][] of(FramePairs pairs, NDManager root, int tokens, Coding coding) {
    List<int[]> batches = new ArrayList<>();
    for (int begin = 0; begin < pairs.size(); begin += BATCH) {
      batches.add(IntStream.range(begin, Math.min(begin + BATCH, pairs.size())).toArray());
    }
    int[][] codes = new int[pairs.size()][];
    Parallel.forEach(
        TensorLibrary.passesAtOnce(),
        batches,
        some -> {
          FramePairs.Batch batch = pairs.read(some);
          long[] indices =
              Inference.run(
                  () -> {
                    try (NDManager scope = root.newSubManager()) {
                      Pass pass =
                          new Pass(new ParameterStore(scope, false), scope.getDevice(), false);
                      NDArray x = pairs.features(scope, batch, some.length);
                      NDArray told = pairs.conditions(scope, batch, some.length);
                      return coding.indices(pass, x, told).toLongArray();
                    }
                  });
          for (int i = 0; i < some.length; i++) {
            codes[some[i]] = new int[tokens];
            for (int t = 0; t < tokens; t++) {
              codes[some[i]][t] = (int) indices[i * tokens + t];
            }
          }
        });
    return codes;
  }

  /** Codes of some pairs as an int64 array [pairs, tokens]. */
  static NDArray array(NDManager manager, int[][] codes, int[] pairs) {
    int tokens = codes[0].length;
    long[] flat = new long[pairs.length * tokens];
    for (int i = 0; i < pairs.length; i++) {
      for (int t = 0; t < tokens; t++) {
        flat[i * tokens + t] = codes[pairs[i]][t];
      }
    }
    return Constants.of(manager, flat, pairs.length, tokens);
  }
}
