package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/**
 * How the released code lets the samples of a batch leak into each other (SPEC-ipad section 5): its
 * queue of two is laid out by sample in one place and by queue in another. Harmless for one sample.
 * Stateless.
 */
final class SampleMixing {
  private SampleMixing() {}

  /** Sample b sees the values of sample ⌊b/2⌋: [B, N, C] to the same. */
  static NDArray values(NDArray queries) {
    long batch = queries.getShape().get(0);
    NDList mixed = new NDList();
    for (long sample = 0; sample < batch; sample++) {
      mixed.add(one(queries, sample / 2));
    }
    return NDArrays.concat(mixed, 0);
  }

  /** Queue k of sample b is anchored at the poses of sample (2b+k) mod B: [B, N, 1, 2, 1, 2]. */
  static NDArray references(NDArray field) {
    long batch = field.getShape().get(0);
    long count = field.getShape().get(1);
    NDList mixed = new NDList();
    for (long sample = 0; sample < batch; sample++) {
      NDArray first = one(field, 2 * sample % batch).reshape(1, count, 1, 1, 1, 2);
      NDArray second = one(field, (2 * sample + 1) % batch).reshape(1, count, 1, 1, 1, 2);
      mixed.add(first.concat(second, 3));
    }
    return NDArrays.concat(mixed, 0);
  }

  /** Every sample uses the cameras that the first one's queries hit: [B, ...] to the same. */
  static NDArray hits(NDArray anyHit) {
    return one(anyHit, 0).broadcast(anyHit.getShape());
  }

  private static NDArray one(NDArray batch, long sample) {
    return batch.get(sample + ":" + (sample + 1));
  }
}
