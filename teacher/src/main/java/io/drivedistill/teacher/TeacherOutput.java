package io.drivedistill.teacher;

import ai.djl.ndarray.NDArray;

/**
 * What a teacher says about a batch of scenes.
 *
 * @param codeLogProbabilities [B, tokens, codes] float32: of each latent action token, the
 *     logarithm of each code's probability
 * @param features [B, N, D] float32 hidden states: first those of the action tokens, then visual
 *     ones pooled camera by camera
 */
public record TeacherOutput(NDArray codeLogProbabilities, NDArray features) {}
