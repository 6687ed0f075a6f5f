package io.drivedistill.nn.training;

/**
 * How one parameter is trained.
 *
 * @param learningRateFactor multiplies the schedule's learning rate
 * @param weightDecay decoupled decay per step and learning rate
 */
public record ParameterGroup(double learningRateFactor, double weightDecay) {}
