package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;

/**
 * Keys and values of the tokens seen so far, one pair per decoder layer. The arrays belong to the
 * manager in which the forward passes ran; not thread safe.
 */
final class KeyValueCache {
  private final NDArray[] keys;
  private final NDArray[] values;

  KeyValueCache(int layers) {
    keys = new NDArray[layers];
    values = new NDArray[layers];
  }

  /** Number of tokens seen. */
  int tokens() {
    return keys[0] == null ? 0 : (int) keys[0].getShape().get(2);
  }

  /** Appends [B, heads, N, D] and returns all keys. */
  NDArray appendKeys(int layer, NDArray added) {
    keys[layer] = append(keys[layer], added);
    return keys[layer];
  }

  /** Appends [B, heads, N, D] and returns all values. */
  NDArray appendValues(int layer, NDArray added) {
    values[layer] = append(values[layer], added);
    return values[layer];
  }

  private static NDArray append(NDArray seen, NDArray added) {
    return seen == null ? added : seen.concat(added, 2);
  }
}
