package io.drivedistill.teacher.prompt;

/**
 * Vocabulary rows for latent actions: one token per code and one query token per position. On the
 * published models they lie on rows behind the tokenizer's last id, which exist but are untrained,
 * so no table is resized (SPEC-qwen2_5_vl section 9).
 *
 * <p>The query tokens are ours. The paper does not say how the 12 codes are read; asking with 12
 * fixed tokens behind the prompt gives all 12 distributions in one prefill, and independent
 * distributions are what a student that answers in one pass can imitate.
 *
 * @param firstCode id of code 0
 * @param codes size of the codebook
 * @param firstQuery id of the query for position 0
 * @param positions codes of a scene
 */
public record ActionTokens(int firstCode, int codes, int firstQuery, int positions) {
  /** Rows 151665 on, for 16 codes and 12 positions. */
  public static final ActionTokens PUBLISHED = new ActionTokens(151665, 16, 151681, 12);

  /** Codes from {@code firstCode} on, queries behind them. */
  public static ActionTokens from(int firstCode, int codes, int positions) {
    return new ActionTokens(firstCode, codes, firstCode + codes, positions);
  }

  /** Rows the vocabulary must have. */
  public int end() {
    return firstQuery + positions;
  }
}
