package io.drivedistill.student;

/**
 * What a frozen teacher said of one scene, in Java memory.
 *
 * @param features [N, C], hidden states, F32 or F16
 * @param codeLogits [P, K], log-probabilities of latent action codes up to a constant, F32 or F16
 */
public record TeacherSample(SampleTensor features, SampleTensor codeLogits) {}
