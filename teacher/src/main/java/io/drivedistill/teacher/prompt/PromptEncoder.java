package io.drivedistill.teacher.prompt;

import io.drivedistill.core.ContentKey;
import io.drivedistill.teacher.CameraClip;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.qwen.QwenConfig;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Turns scenes into token sequences that end in the action queries. Thread-safe. */
public final class PromptEncoder {
  private final DrivingPrompt prompt;
  private final PromptTokenizer tokenizer;
  private final QwenConfig config;
  private final ActionTokens actions;

  /**
   * @param config of the model that reads the sequences
   * @param actions rows of the model's vocabulary that no text uses
   */
  public PromptEncoder(
      DrivingPrompt prompt, PromptTokenizer tokenizer, QwenConfig config, ActionTokens actions) {
    if (actions.end() > config.text().vocabularySize()) {
      throw new IllegalArgumentException(
          "A vocabulary of "
              + config.text().vocabularySize()
              + " rows has no room for action tokens up to "
              + actions.end());
    }
    this.prompt = prompt;
    this.tokenizer = tokenizer;
    this.config = config;
    this.actions = actions;
  }

  /** The action tokens at the end of each sequence. */
  public ActionTokens actions() {
    return actions;
  }

  /** Names everything that the encoding of a scene depends on. */
  public ContentKey key() {
    return ContentKey.of("driving prompt")
        .text("version", DrivingPrompt.VERSION)
        .settings("prompt", prompt)
        .text("tokenizer", tokenizer.signature())
        .settings("actions", actions)
        .settings("markers", config.markers())
        .build();
  }

  /** Encodes a scene whose pictures have their final size. */
  public EncodedScene encode(TeacherInput input) {
    LongStream.Builder ids = LongStream.builder();
    List<VisualSpan> spans = new ArrayList<>();
    ByteArrayOutputStream patches = new ByteArrayOutputStream();
    for (DrivingPrompt.Part part : prompt.parts(input)) {
      if (part instanceof DrivingPrompt.Words words) {
        Arrays.stream(tokenizer.encode(words.text())).forEach(ids::add);
      } else if (part instanceof DrivingPrompt.Sight sight) {
        spans.add(append(sight.clip(), ids));
        patches.writeBytes(config.vision().patches().bytes(sight.clip().frames()));
      }
    }
    for (int position = 0; position < actions.positions(); position++) {
      ids.add((long) actions.firstQuery() + position);
    }
    return new EncodedScene(input.token(), ids.build().toArray(), spans, patches.toByteArray());
  }

  private VisualSpan append(CameraClip clip, LongStream.Builder ids) {
    PatchGrid grid = config.vision().patches().grid(clip.frames());
    boolean moving = clip.frames().size() > 1;
    QwenConfig.Markers markers = config.markers();
    ids.add(markers.visionStart());
    for (int i = 0; i < grid.tokens(config.vision().patches().merge()); i++) {
      ids.add(moving ? markers.video() : markers.image());
    }
    ids.add(markers.visionEnd());
    double secondsPerGroup = clip.intervalS() * config.vision().patches().framesPerPatch();
    return new VisualSpan(grid, moving ? secondsPerGroup : 0);
  }
}
