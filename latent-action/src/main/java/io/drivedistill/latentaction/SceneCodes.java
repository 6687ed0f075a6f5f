package io.drivedistill.latentaction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ego codes of scenes: what a teacher is trained to predict. On disk JSON Lines: a {@link
 * Header}, one {@link Scene} per line, a {@link Footer} by which a cut or edited file is found.
 *
 * @param header what the codes mean
 * @param scenes by the token of the current frame, in the order of the recordings
 */
public record SceneCodes(Header header, Map<String, Scene> scenes) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORMAT = "drivedistill scene codes 1";

  /**
   * First line.
   *
   * @param format name and version of the format
   * @param model key of the latent action model
   * @param codes size of the codebook
   * @param tokens codes per interval
   * @param timing moments that the codes speak of
   */
  public record Header(String format, String model, int codes, int tokens, ActionTiming timing) {}

  /**
   * One scene.
   *
   * @param recording log or folder
   * @param token of the current frame
   * @param codes interval by interval, token by token
   */
  public record Scene(String recording, String token, List<Integer> codes) {
    /** Copies the codes. */
    public Scene {
      codes = List.copyOf(codes);
    }
  }

  /**
   * Last line.
   *
   * @param scenes number of scenes
   * @param sha256 of all bytes before this line
   */
  public record Footer(int scenes, String sha256) {}

  /** Makes a header for a model's codes. */
  static Header header(ContentKey model, LatentActionSettings settings) {
    LatentActionConfig sizes = settings.model();
    return new Header(FORMAT, model.hex(), sizes.codes(), sizes.tokens(), settings.timing());
  }

  /** Codes of one scene, if it was labelled: its future must be in the recording. */
  public Optional<int[]> of(String token) {
    return Optional.ofNullable(scenes.get(token))
        .map(scene -> scene.codes().stream().mapToInt(Integer::intValue).toArray());
  }

  /** Writes the file; equal labels give equal bytes. */
  public void write(Path file) {
    try {
      StringBuilder text = new StringBuilder();
      text.append(JSON.writeValueAsString(header)).append('\n');
      for (Scene scene : scenes.values()) {
        text.append(JSON.writeValueAsString(scene)).append('\n');
      }
      Footer footer = new Footer(scenes.size(), digest(text.toString()));
      AtomicFiles.writeText(file, text + JSON.writeValueAsString(footer) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Records of text and numbers are always valid JSON", e);
    }
  }

  private static String digest(String text) {
    return ContentKey.of("lines").text("lines", text).build().hex();
  }

  /**
   * Reads a file.
   *
   * @throws DriveDistillException if it is missing, cut off or edited
   */
  public static SceneCodes read(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      int end = text.lastIndexOf('\n', text.length() - 2) + 1;
      String body = text.substring(0, end);
      Footer footer = JSON.readValue(text.substring(end), Footer.class);
      List<String> lines = new ArrayList<>(body.lines().toList());
      if (lines.size() != footer.scenes() + 1 || !digest(body).equals(footer.sha256())) {
        throw new IOException("its lines do not match its last line");
      }
      Header header = JSON.readValue(lines.get(0), Header.class);
      if (!header.format().equals(FORMAT)) {
        throw new IOException("its format is '" + header.format() + "'");
      }
      Map<String, Scene> scenes = new LinkedHashMap<>();
      for (String line : lines.subList(1, lines.size())) {
        Scene scene = JSON.readValue(line, Scene.class);
        scenes.put(scene.token(), scene);
      }
      return new SceneCodes(header, scenes);
    } catch (IOException | RuntimeException e) {
      throw new DriveDistillException(
          "Expected scene codes ("
              + FORMAT
              + ") in "
              + file.toAbsolutePath()
              + ": "
              + e.getMessage(),
          "Maybe the file was edited or cut off; run 'drivedistill latent-action label' again.",
          e);
    }
  }
}
