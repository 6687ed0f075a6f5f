package io.drivedistill.navsim.submission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.NearestName;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Trajectories as JSON Lines, one object a line: {@code {"token": "…", "name": "human", "interval":
 * 0.5, "poses": [[x, y, heading], …]}}. Poses are in the ego frame of the scene's current frame,
 * metres and radians, the first one interval (seconds) ahead. Empty lines are skipped.
 */
public final class TrajectoryLines {
  private static final Set<String> KEYS = Set.of("token", "name", "interval", "poses");
  private static final int MAX_NAME = 200;
  private static final int MAX_POSES = 10_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxDocumentLength(4 << 20)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private TrajectoryLines() {}

  /**
   * Reads a file.
   *
   * @throws DriveDistillException naming the line, if the file is missing, a line is not as above,
   *     or a scene has two trajectories of one name
   */
  public static List<NamedTrajectory> read(Path file) {
    List<NamedTrajectory> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int number = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        NamedTrajectory one = parse(line);
        if (!seen.add(one.token() + " " + one.name())) {
          throw new IllegalArgumentException(
              "scene " + one.token() + " has a trajectory '" + one.name() + "' already");
        }
        all.add(one);
      }
    } catch (JsonProcessingException e) {
      throw wrongLine(file, number, "not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw wrongLine(file, number, e.getMessage(), e);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the trajectories " + file.toAbsolutePath() + ": " + e,
          "Maybe the path is misspelt, or the file is not text in UTF-8.",
          e);
    }
    if (all.isEmpty()) {
      throw new DriveDistillException(
          "There is no trajectory in " + file.toAbsolutePath(),
          "Maybe the program that writes it stopped early.");
    }
    return all;
  }

  private static DriveDistillException wrongLine(
      Path file, int number, String problem, Exception cause) {
    return new DriveDistillException(
        file.toAbsolutePath() + ", line " + number + ": " + problem,
        "Maybe compare with the expected form: {\"token\": \"…\", \"name\": \"human\","
            + " \"interval\": 0.5, \"poses\": [[x, y, heading], …]}",
        cause);
  }

  private static NamedTrajectory parse(String line) throws JsonProcessingException {
    JsonNode node = JSON.readTree(line);
    if (!node.isObject()) {
      throw new IllegalArgumentException("not a JSON object");
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(
                    "unknown key '"
                        + key
                        + "'"
                        + NearestName.of(key, KEYS.stream().sorted().toList())
                            .map(near -> ", maybe '" + near + "'")
                            .orElse(""));
              }
            });
    JsonNode poses = node.path("poses");
    if (!poses.isArray() || poses.isEmpty() || poses.size() > MAX_POSES) {
      throw new IllegalArgumentException("'poses' must be a list of 1 to " + MAX_POSES + " poses");
    }
    List<Pose2> list = new ArrayList<>(poses.size());
    for (JsonNode pose : poses) {
      if (!pose.isArray() || pose.size() != 3) {
        throw new IllegalArgumentException("a pose must be [x, y, heading], found " + pose);
      }
      list.add(new Pose2(number(pose.get(0)), number(pose.get(1)), number(pose.get(2))));
    }
    double intervalS = number(node.path("interval"));
    return new NamedTrajectory(
        text(node, "token"), text(node, "name"), new Trajectory(list, intervalS));
  }

  private static String text(JsonNode node, String key) {
    String text = node.path(key).textValue();
    if (text == null || text.isBlank() || text.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "'" + key + "' must be text of 1 to " + MAX_NAME + " characters");
    }
    return text;
  }

  private static double number(JsonNode node) {
    if (!node.isNumber()) {
      throw new IllegalArgumentException(
          node.isMissingNode() ? "'interval' is missing" : "expected a number, found " + node);
    }
    return node.doubleValue();
  }

  /** Writes a file that {@link #read} reads back with the same doubles. */
  public static void write(Path file, Iterable<NamedTrajectory> trajectories) {
    AtomicFiles.writeFile(
        file,
        out -> {
          for (NamedTrajectory one : trajectories) {
            ObjectNode node = JSON.createObjectNode();
            node.put("token", one.token());
            node.put("name", one.name());
            node.put("interval", one.trajectory().intervalS());
            ArrayNode poses = node.putArray("poses");
            for (Pose2 pose : one.trajectory().poses()) {
              poses.addArray().add(pose.xM()).add(pose.yM()).add(pose.headingRad());
            }
            out.write(JSON.writeValueAsBytes(node));
            out.write('\n');
          }
        });
  }
}
