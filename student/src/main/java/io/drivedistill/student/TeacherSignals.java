package io.drivedistill.student;

import ai.djl.ndarray.NDArray;

/**
 * What a frozen teacher said of a batch of scenes.
 *
 * @param features [B, N, C], hidden states
 * @param codeLogits [B, P, K], log-probabilities of latent action codes up to a constant
 */
public record TeacherSignals(NDArray features, NDArray codeLogits) {}
