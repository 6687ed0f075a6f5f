package io.drivedistill.latentaction;

import io.drivedistill.core.ContentKey;
import io.drivedistill.nn.dinov2.Dinov2Config;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The frozen eye of the latent action model.
 *
 * <p>Without weights the network is random: a DINOv2 in architecture only. It knows nothing of the
 * world, but a random projection of small patches keeps where edges and colours are, and how they
 * moved is what the latent action model is after. Published results need trained weights.
 *
 * @param heightPixels pictures are scaled to this height, a multiple of the patch
 * @param widthPixels and this width
 * @param network sizes of the network
 * @param weights file of a trained DINOv2 ({@code .pth} or safetensors), or empty for a random one
 * @param randomSeed seed of the random network
 */
public record EyeConfig(
    int heightPixels,
    int widthPixels,
    Dinov2Config network,
    Optional<Path> weights,
    long randomSeed) {

  /** Checks that patches tile the picture. */
  public EyeConfig {
    int patch = network.patchPixels();
    if (heightPixels % patch != 0 || widthPixels % patch != 0) {
      throw new IllegalArgumentException(
          "A picture of "
              + widthPixels
              + "x"
              + heightPixels
              + " pixels does not divide into patches of "
              + patch);
    }
  }

  /** Patches per picture. */
  public int patches() {
    int patch = network.patchPixels();
    return heightPixels / patch * (widthPixels / patch);
  }

  /** Names what this eye computes: settings and the bytes of the weights, not where they lie. */
  public ContentKey key() {
    ContentKey.Builder builder =
        ContentKey.of("frame eye")
            .number("version", 1)
            .number("height", heightPixels)
            .number("width", widthPixels)
            .settings("network", network);
    if (weights.isPresent()) {
      builder.file("weights", weights.get());
    } else {
      builder.number("random seed", randomSeed);
    }
    return builder.build();
  }
}
