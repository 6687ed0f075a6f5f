package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;
import java.util.List;

/**
 * Guidance by the teacher itself: its hidden states, pooled by trained attention into one vector
 * per latent action code, and its code probabilities as they are. The first P hidden states are
 * those of the action tokens; each shifts the query of its own code, as UniVLA shifts its action
 * query by the visual vector.
 */
public final class TeacherGuidance extends Guidance {
  private final GuidanceConfig config;
  private final AttentionPooling pooling;
  private final Linear actions;

  TeacherGuidance(GuidanceConfig config) {
    this.config = config;
    GuidanceConfig.Teacher teacher = config.teacher();
    pooling =
        child(
            "pooling",
            new AttentionPooling(
                teacher.codePositions(),
                teacher.channels(),
                config.channels(),
                config.poolingHeads()));
    actions = child("actions", new Linear(teacher.channels(), config.channels()));
  }

  @Override
  public List<TensorSpec> inputs() {
    GuidanceConfig.Teacher teacher = config.teacher();
    return List.of(
        TensorSpec.of(
            "teacher_features",
            Dtype.F32,
            new long[] {TensorSpec.BATCH, teacher.tokens(), teacher.channels()},
            "1",
            "none",
            "Hidden states of the frozen teacher."),
        TensorSpec.of(
            "teacher_codes",
            Dtype.F32,
            new long[] {TensorSpec.BATCH, teacher.codePositions(), teacher.codes()},
            "1",
            "none",
            "Log-probabilities of the teacher's latent action codes."));
  }

  @Override
  Signals signals(Pass pass, Encoding encoding, TeacherSignals teacher) {
    return new Signals(pool(pass, teacher.features()), teacher.codeLogits());
  }

  /** Hidden states [B, N, C] to features [B, P, D]. */
  NDArray pool(Pass pass, NDArray features) {
    NDArray own = features.get(new NDIndex(":, 0:" + config.teacher().codePositions() + ", :"));
    return pooling.forward(pass, features, actions.forward(pass, own));
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(pool(pass, inputs.head()));
  }
}
