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
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
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
  private static final int LONGEST_LINE = 4 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxDocumentLength(LONGEST_LINE)
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
    walk(
        file,
        (one, offset, length) -> {
          if (!seen.add(one.token() + " " + one.name())) {
            throw repeated(one);
          }
          all.add(one);
        });
    return all;
  }

  static IllegalArgumentException repeated(NamedTrajectory one) {
    return new IllegalArgumentException(
        "scene " + one.token() + " has a trajectory '" + one.name() + "' already");
  }

  /** Takes the trajectory of a line and where the line lies in the file. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes one line.
     *
     * @throws IllegalArgumentException if the line is wrong beside the others
     */
    void take(NamedTrajectory one, long offset, int length);
  }

  /** Reads line by line; one line is in memory at a time. */
  static void walk(Path file, Visitor visitor) {
    int number = 1;
    int found = 0;
    long offset = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = 0; next >= 0; ) {
        next = in.read();
        if (next >= 0 && next != '\n') {
          line.write(next);
          if (line.size() > LONGEST_LINE) {
            throw new IllegalArgumentException("longer than " + LONGEST_LINE + " bytes");
          }
          continue;
        }
        byte[] bytes = line.toByteArray();
        if (!new String(bytes, StandardCharsets.UTF_8).isBlank()) {
          visitor.take(parse(bytes), offset, bytes.length);
          found++;
        }
        offset += bytes.length + 1;
        line.reset();
        number++;
      }
    } catch (JsonProcessingException | CharConversionException e) {
      String detail =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      throw wrongLine(file, number, "not valid JSON: " + detail, e);
    } catch (IllegalArgumentException e) {
      throw wrongLine(file, number, e.getMessage(), e);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the trajectories " + file.toAbsolutePath() + ": " + e,
          "Maybe the path is misspelt.",
          e);
    }
    if (found == 0) {
      throw new DriveDistillException(
          "There is no trajectory in " + file.toAbsolutePath(),
          "Maybe the program that writes it stopped early.");
    }
  }

  private static DriveDistillException wrongLine(
      Path file, int number, String problem, Exception cause) {
    return new DriveDistillException(
        file.toAbsolutePath() + ", line " + number + ": " + problem,
        "Maybe compare with the expected form: {\"token\": \"…\", \"name\": \"human\","
            + " \"interval\": 0.5, \"poses\": [[x, y, heading], …]}",
        cause);
  }

  /** One line. */
  static NamedTrajectory parse(byte[] line) throws IOException {
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
