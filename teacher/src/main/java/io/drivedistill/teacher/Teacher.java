package io.drivedistill.teacher;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import java.util.List;

/**
 * A frozen model that knows how to drive. The same input gives the same output, whatever else is in
 * the batch, up to float32 rounding. Several threads may ask at once.
 */
public interface Teacher {
  /** Sizes of the output. */
  TeacherShape shape();

  /** Names everything the output depends on besides the input: weights, prompt, pooling. */
  ContentKey key();

  /**
   * Looks at scenes.
   *
   * @param manager owns the output
   * @return one entry per input, in order
   */
  TeacherOutput infer(NDManager manager, List<TeacherInput> inputs);
}
