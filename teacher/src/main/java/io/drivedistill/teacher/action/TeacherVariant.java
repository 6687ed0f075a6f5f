package io.drivedistill.teacher.action;

import io.drivedistill.teacher.qwen.LoraAdapter;
import io.drivedistill.teacher.qwen.VisualInterpolation;
import io.drivedistill.teacher.qwen.WeightPrecision;
import java.util.Optional;

/**
 * Ways in which a teacher may differ from the plain one.
 *
 * @param lora trains adapters of these settings instead of all weights
 * @param interpolation squeezes rotary positions of long clips
 * @param precision of frozen weights; bfloat16 needs {@code lora}, since it is not trained
 * @param answering how the codes are read; else by queries
 */
public record TeacherVariant(
    Optional<LoraAdapter> lora,
    Optional<VisualInterpolation> interpolation,
    Optional<WeightPrecision> precision,
    Optional<Answering> answering) {
  /** All weights trained in float32, codes read by queries. */
  public static final TeacherVariant PLAIN =
      new TeacherVariant(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** How the codes of a scene are read. */
  public enum Answering {
    /** All at once, each at a token of its own that asks for it. */
    QUERIES,
    /** One after the other, each told the ones before it, as a language model writes. */
    AUTOREGRESSIVE
  }

  /** Checks that what is trained can be trained. */
  public TeacherVariant {
    if (precision.orElse(WeightPrecision.FLOAT32) == WeightPrecision.BFLOAT16 && lora.isEmpty()) {
      throw new IllegalArgumentException(
          "Weights in BFLOAT16 cannot be trained; 'lora' is missing beside 'precision'");
    }
  }

  Answering answers() {
    return answering.orElse(Answering.QUERIES);
  }
}
