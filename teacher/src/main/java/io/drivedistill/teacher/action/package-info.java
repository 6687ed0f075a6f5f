/**
 * A vision-language model as a driving teacher: prediction of latent actions, training, judging.
 */
package io.drivedistill.teacher.action;
