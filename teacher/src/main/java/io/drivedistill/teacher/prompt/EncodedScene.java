package io.drivedistill.teacher.prompt;

import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.util.List;

/** A scene as the model reads it: token ids and the bytes of all patches. Holds no other memory. */
public final class EncodedScene {
  private final String token;
  private final long[] ids;
  private final List<VisualSpan> spans;
  private final byte[] patches;

  EncodedScene(String token, long[] ids, List<VisualSpan> spans, byte[] patches) {
    this.token = token;
    this.ids = ids;
    this.spans = List.copyOf(spans);
    this.patches = patches;
  }

  /** Names the scene. */
  public String token() {
    return token;
  }

  /** Token ids, the last ones being the action queries; not to be changed. */
  public long[] ids() {
    return ids;
  }

  /** Clips in reading order. */
  public List<VisualSpan> spans() {
    return spans;
  }

  /** Patches of all clips in reading order, [patches, patch length] unsigned; not to be changed. */
  public byte[] patches() {
    return patches;
  }
}
