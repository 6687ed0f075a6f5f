/** The training loop: order of samples, objective, optimizer, schedule, checkpoints. */
package io.drivedistill.nn.training;
