package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import java.util.List;

/** Turns a scene, or what a teacher said of it, into what {@link LatentFusion} adds to a plan. */
public abstract sealed class Guidance extends Module permits TeacherGuidance, DecisionTransformer {

  /** What is needed beside the student's own inputs, in this order. */
  public abstract List<TensorSpec> inputs();

  /**
   * @param encoding of the student
   * @param teacher what the teacher said; may be null where {@link #inputs} is empty
   */
  abstract Signals signals(Pass pass, Encoding encoding, TeacherSignals teacher);

  /**
   * Guidance of a batch of scenes.
   *
   * @param features [B, P, D]
   * @param codeLogits [B, P, K], log-probabilities of latent action codes up to a constant
   */
  public record Signals(NDArray features, NDArray codeLogits) {}
}
