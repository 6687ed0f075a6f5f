package io.drivedistill.distill;

/**
 * How driving is judged.
 *
 * @param scorer name of the scorer, as pdms-v1.1
 * @param bootstrapResamples resampled means behind each 95 % interval
 */
public record ScoreSettings(String scorer, int bootstrapResamples) {}
