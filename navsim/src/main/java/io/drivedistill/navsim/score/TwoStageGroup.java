package io.drivedistill.navsim.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An original scene at two times, and the synthetic scenes that start near where a plan for it may
 * end 4 s later (SPEC-pdms section 20, "Two stages").
 *
 * @param now token of the original scene
 * @param previous token of the frame 0.5 s before
 * @param secondStage the synthetic scenes, each at both times; at least one
 */
public record TwoStageGroup(String now, String previous, List<Pair> secondStage) {
  private static final String KEY = "reactive_all_mapping";

  /** Keeps an unmodifiable copy of the pairs. */
  public TwoStageGroup {
    secondStage = List.copyOf(secondStage);
    if (secondStage.isEmpty()) {
      throw new IllegalArgumentException("The group of scene " + now + " has no second stage.");
    }
  }

  /** Tokens of all its scenes. */
  List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of(now, previous));
    secondStage.forEach(pair -> tokens.addAll(List.of(pair.now(), pair.previous())));
    return tokens;
  }

  /** A synthetic scene at two times. */
  public record Pair(String now, String previous) {}

  /**
   * Reads the groups of an official split file, as {@code train_test_split/navhard_two_stage.yaml}.
   *
   * @throws DriveDistillException if the file is absent or holds no groups
   */
  public static List<TwoStageGroup> read(Path file) {
    try {
      JsonNode mapping = new ObjectMapper(new YAMLFactory()).readTree(file.toFile()).path(KEY);
      List<TwoStageGroup> groups = new ArrayList<>();
      for (JsonNode group : mapping) {
        List<Pair> pairs = new ArrayList<>();
        for (JsonNode pair : group.path(2)) {
          pairs.add(new Pair(token(pair.path(0)), token(pair.path(1))));
        }
        groups.add(new TwoStageGroup(token(group.path(0)), token(group.path(1)), pairs));
      }
      if (groups.isEmpty()) {
        throw new IllegalArgumentException("it has no " + KEY);
      }
      return groups;
    } catch (IOException | IllegalArgumentException e) {
      throw new DriveDistillException(
          "Expected two-stage groups in " + file + ", found something else: " + e.getMessage(),
          "Maybe name the file of train_test_split, not the scene filter of the same name.",
          e);
    }
  }

  private static String token(JsonNode node) {
    if (!node.isTextual() || node.asText().isBlank()) {
      throw new IllegalArgumentException("expected a token, found " + node);
    }
    return node.asText();
  }
}
