/** DINOv2: the frozen eye of the latent action model. */
package io.drivedistill.nn.dinov2;
