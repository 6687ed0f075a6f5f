package io.drivedistill.distill;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.TownKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The data of an experiment: a NAVSIM tree on disk, or synthetic towns written in its layout.
 *
 * @param root a tree with navsim_logs, sensor_blobs and maps; empty if the data is synthetic
 * @param synthetic what to make; empty if there is a tree
 * @param labelled scenes whose human trajectory and annotations the students learn from
 * @param unlabelled scenes of which only pictures and ego poses are used
 * @param heldOut scenes that are scored, from towns that nothing was trained on
 * @param sampleCacheGiB most disk that decoded inputs of students may take in this run; scenes that
 *     find no room are decoded whenever they are read, with the same result
 */
public record DataSettings(
    Optional<Path> root,
    Optional<Synthetic> synthetic,
    SceneSelection labelled,
    SceneSelection unlabelled,
    SceneSelection heldOut,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> sampleCacheGiB) {
  /** Room for navtrain, labelled and unlabelled, and navtest in TransFuser's published size. */
  private static final double SAMPLE_CACHE_GIB = 256;

  private static final double GIBI = 1L << 30;

  /** Checks that there is exactly one source. */
  public DataSettings {
    if (root.isPresent() == synthetic.isPresent()) {
      throw new IllegalArgumentException(
          "give either 'root', a NAVSIM tree, or 'synthetic', towns to be made; found "
              + (root.isPresent() ? "both" : "neither"));
    }
    if (sampleCacheGiB.isPresent() && !(sampleCacheGiB.get() >= 0)) {
      throw new IllegalArgumentException(
          "'sampleCacheGiB' must not be negative, found " + sampleCacheGiB.get());
    }
  }

  /** The most bytes of decoded inputs that are kept. */
  long sampleCacheBytes() {
    return (long) (sampleCacheGiB.orElse(SAMPLE_CACHE_GIB) * GIBI);
  }

  /**
   * Synthetic towns.
   *
   * @param splits what to make of each split; towns of different splits differ
   * @param imageWidth width of the pictures, pixels
   * @param imageHeight height of the pictures, pixels
   * @param cameras cameras that are drawn
   * @param lidarPoints rays of a sweep
   */
  public record Synthetic(
      List<Split> splits,
      int imageWidth,
      int imageHeight,
      List<CameraName> cameras,
      int lidarPoints) {
    /** Copies the lists. */
    public Synthetic {
      splits = List.copyOf(splits);
      cameras = List.copyOf(cameras);
    }

    /** What the generator is asked for, one spec per split. */
    List<SynthSpec> specs(long seed) {
      return splits.stream()
          .map(
              split ->
                  new SynthSpec(
                      split.split(),
                      split.logs(),
                      split.framesPerLog(),
                      split.towns(),
                      seed,
                      imageWidth,
                      imageHeight,
                      cameras,
                      true,
                      lidarPoints,
                      List.of(TownKind.values())))
          .toList();
    }
  }

  /**
   * One synthetic split.
   *
   * @param split its name
   * @param logs drives
   * @param framesPerLog frames of a drive, 2 Hz
   * @param towns towns that the drives are spread over
   */
  public record Split(String split, int logs, int framesPerLog, int towns) {}
}
