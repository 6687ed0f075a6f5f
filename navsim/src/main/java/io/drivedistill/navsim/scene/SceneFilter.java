package io.drivedistill.navsim.scene;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Which windows of the logs are scenes (SPEC-pdms section 5); the same fields as {@code
 * navsim.common.dataclasses.SceneFilter}.
 *
 * @param historyFrames frames up to and including the current one
 * @param futureFrames frames after the current one
 * @param frameInterval distance of window starts; absent for windows that do not overlap
 * @param hasRoute drop windows whose current frame has no route
 * @param maxScenes stop after this many
 * @param logNames only these logs
 * @param tokens only windows whose current frame has one of these tokens
 */
public record SceneFilter(
    int historyFrames,
    int futureFrames,
    OptionalInt frameInterval,
    boolean hasRoute,
    OptionalInt maxScenes,
    Optional<Set<String>> logNames,
    Optional<Set<String>> tokens) {
  private static final int LARGEST_YAML = 64 << 20;

  /** Checks the counts. */
  public SceneFilter {
    if (historyFrames < 1 || futureFrames < 0) {
      throw new IllegalArgumentException(
          "A scene needs at least one history frame and no negative future, found "
              + historyFrames
              + " and "
              + futureFrames);
    }
    if (frameInterval.isPresent() && frameInterval.getAsInt() < 1) {
      throw new IllegalArgumentException("The frame interval must be at least 1.");
    }
  }

  /** NAVSIM's usual windows: 4 history frames, 10 future frames, a route, not overlapping. */
  public static SceneFilter standard() {
    return new SceneFilter(
        4, 10, OptionalInt.empty(), true, OptionalInt.empty(), Optional.empty(), Optional.empty());
  }

  /** The same filter with windows starting every {@code frames} frames. */
  public SceneFilter withFrameInterval(int frames) {
    return new SceneFilter(
        historyFrames, futureFrames, OptionalInt.of(frames), hasRoute, maxScenes, logNames, tokens);
  }

  /** The same filter with at most this many scenes. */
  public SceneFilter withMaxScenes(int count) {
    return new SceneFilter(
        historyFrames,
        futureFrames,
        frameInterval,
        hasRoute,
        OptionalInt.of(count),
        logNames,
        tokens);
  }

  /** The same filter for these tokens only. */
  public SceneFilter withTokens(Set<String> only) {
    return new SceneFilter(
        historyFrames,
        futureFrames,
        frameInterval,
        hasRoute,
        maxScenes,
        logNames,
        Optional.of(Set.copyOf(only)));
  }

  /** Number of frames of a window. */
  public int frames() {
    return historyFrames + futureFrames;
  }

  /** Distance of window starts in frames. */
  public int interval() {
    return frameInterval.orElse(frames());
  }

  /**
   * Reads an official filter file, as {@code navtest.yaml}, unchanged.
   *
   * @throws DriveDistillException if the file is absent or holds anything else
   */
  public static SceneFilter read(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LARGEST_YAML);
    ObjectMapper yaml = new ObjectMapper(YAMLFactory.builder().loaderOptions(options).build());
    try {
      Fields fields = yaml.readValue(file.toFile(), Fields.class);
      return new SceneFilter(
          fields.historyFrames,
          fields.futureFrames,
          optional(fields.frameInterval),
          fields.hasRoute,
          optional(fields.maxScenes),
          optional(fields.logNames),
          optional(fields.tokens));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new DriveDistillException(
          "Expected a NAVSIM scene filter in " + file + ", found something else: " + e.getMessage(),
          "Maybe a key is misspelt; the keys are those of navsim's SceneFilter.",
          e);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the scene filter " + file + ": " + e.getMessage(),
          "Maybe the path is wrong.",
          e);
    }
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static Optional<Set<String>> optional(List<String> values) {
    return Optional.ofNullable(values).map(LinkedHashSet::new);
  }

  /** The file's keys with the official defaults. */
  @JsonIgnoreProperties({
    "_target_",
    "_convert_",
    "_recursive_",
    "_partial_",
    // Scenes of the second stage of v2, which are not windows of logs.
    "include_synthetic_scenes",
    "all_mapping",
    "synthetic_scene_tokens",
    "reactive_synthetic_initial_tokens",
    "non_reactive_synthetic_initial_tokens"
  })
  private static final class Fields {
    @JsonProperty("num_history_frames")
    private int historyFrames = 4;

    @JsonProperty("num_future_frames")
    private int futureFrames = 10;

    @JsonProperty("frame_interval")
    private Integer frameInterval;

    @JsonProperty("has_route")
    private boolean hasRoute = true;

    @JsonProperty("max_scenes")
    private Integer maxScenes;

    @JsonProperty("log_names")
    private List<String> logNames;

    @JsonProperty("tokens")
    private List<String> tokens;
  }
}
