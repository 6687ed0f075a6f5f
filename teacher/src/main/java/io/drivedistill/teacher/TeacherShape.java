package io.drivedistill.teacher;

/**
 * Sizes of a teacher's output.
 *
 * @param tokens latent action tokens of a scene
 * @param codes size of the codebook
 * @param features hidden states of a scene
 * @param channels channels of a hidden state
 */
public record TeacherShape(int tokens, int codes, int features, int channels) {}
