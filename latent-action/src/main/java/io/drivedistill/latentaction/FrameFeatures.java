package io.drivedistill.latentaction;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.ContentStore;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.HalfPrecision;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.TensorLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the frozen eye saw in every frame, kept in memory as half precision and on disk in a {@link
 * ContentStore}, one entry per recording, named by the eye and the pictures' bytes. So each picture
 * is looked at once, whatever is trained on it later.
 */
public final class FrameFeatures {
  private static final int PICTURES_AT_ONCE = 32;
  private static final String FILE = "features.safetensors";
  private static final String PLAIN = "plain";
  private static final String MIRRORED = "mirrored";

  private final int patches;
  private final int width;
  private final List<short[]> plain;
  private final List<short[]> mirrored;
  private final ContentKey key;

  private FrameFeatures(
      int patches, int width, List<short[]> plain, List<short[]> mirrored, ContentKey key) {
    this.key = key;
    this.patches = patches;
    this.width = width;
    this.plain = plain;
    this.mirrored = mirrored;
  }

  /**
   * Looks at all frames, or takes from the store what was seen before. Continues after a kill with
   * the first recording that is not in the store.
   *
   * @param withMirrored also look at every picture with left and right exchanged
   */
  public static FrameFeatures of(
      List<Recording> recordings,
      FrameEye eye,
      boolean withMirrored,
      ContentStore store,
      Progress.Display display) {
    long frames = recordings.stream().mapToLong(recording -> recording.frames().size()).sum();
    List<Seen> seen;
    try (Progress progress = display.open("frame features", frames)) {
      seen =
          Parallel.map(
              TensorLibrary.passesAtOnce(),
              recordings,
              recording -> {
                ContentKey pictures = pictures(recording);
                Seen one = new Seen(pictures, load(recording, pictures, eye, withMirrored, store));
                progress.step(recording.frames().size());
                return one;
              });
    }
    List<short[]> plain = new ArrayList<>();
    List<short[]> mirrored = new ArrayList<>();
    ContentKey.Builder whole = ContentKey.of("frame features of recordings");
    for (int r = 0; r < seen.size(); r++) {
      whole.key(recordings.get(r).name(), seen.get(r).pictures());
      plain.add(seen.get(r).views().get(0));
      if (withMirrored) {
        mirrored.add(seen.get(r).views().get(1));
      }
    }
    EyeConfig config = eye.config();
    whole.key("eye", eye.key()).number("mirrored", withMirrored ? 1 : 0);
    return new FrameFeatures(
        config.patches(), config.network().width(), plain, mirrored, whole.build());
  }

  /** What was seen of a recording, plain and, where wished, mirrored. */
  private record Seen(ContentKey pictures, List<short[]> views) {}

  private static ContentKey pictures(Recording recording) {
    ContentKey.Builder key = ContentKey.of("pictures");
    for (RecordedFrame frame : recording.frames()) {
      key.file("picture", frame.image());
    }
    return key.build();
  }

  /** One entry holds both views, so that each picture is decoded once; it serves either wish. */
  private static List<short[]> load(
      Recording recording,
      ContentKey pictures,
      FrameEye eye,
      boolean withMirrored,
      ContentStore store) {
    Optional<Path> both = store.find(key(pictures, eye, true));
    Path folder =
        both.isPresent()
            ? both.get()
            : store.findOrMake(
                key(pictures, eye, withMirrored),
                partial -> write(partial, look(recording, eye, withMirrored)));
    try (Safetensors file = Safetensors.open(folder.resolve(FILE))) {
      return withMirrored
          ? List.of(halves(file, PLAIN), halves(file, MIRRORED))
          : List.of(halves(file, PLAIN));
    }
  }

  private static ContentKey key(ContentKey pictures, FrameEye eye, boolean withMirrored) {
    return ContentKey.of("frame features")
        .key("eye", eye.key())
        .key("pictures", pictures)
        .number("mirrored", withMirrored ? 1 : 0)
        .build();
  }

  private static short[] halves(Safetensors file, String name) {
    ByteBuffer bytes = file.bytes(name);
    short[] halves = new short[bytes.remaining() / Short.BYTES];
    bytes.asShortBuffer().get(halves);
    return halves;
  }

  private static Map<String, short[]> look(
      Recording recording, FrameEye eye, boolean withMirrored) {
    List<RecordedFrame> frames = recording.frames();
    int numbers = eye.config().patches() * eye.config().network().width();
    Map<String, short[]> views = new LinkedHashMap<>();
    views.put(PLAIN, new short[frames.size() * numbers]);
    if (withMirrored) {
      views.put(MIRRORED, new short[frames.size() * numbers]);
    }
    for (int begin = 0; begin < frames.size(); begin += PICTURES_AT_ONCE) {
      List<float[]> pictures = new ArrayList<>();
      for (int i = begin; i < Math.min(frames.size(), begin + PICTURES_AT_ONCE); i++) {
        pictures.add(eye.scaled(PictureScaling.read(frames.get(i).image())));
      }
      int at = begin * numbers;
      views.forEach(
          (view, halves) -> {
            float[] seen = eye.look(pictures, view.equals(MIRRORED));
            for (int i = 0; i < seen.length; i++) {
              halves[at + i] = HalfPrecision.toF16(seen[i]);
            }
          });
    }
    return views;
  }

  private static void write(Path folder, Map<String, short[]> views) {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    views.forEach(
        (view, halves) ->
            tensors.put(
                view,
                Safetensors.Source.of(Dtype.F16, new long[] {halves.length}, () -> bytes(halves))));
    Safetensors.write(folder.resolve(FILE), tensors, Map.of());
  }

  private static ByteBuffer bytes(short[] halves) {
    ByteBuffer bytes =
        ByteBuffer.allocate(halves.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(halves);
    return bytes;
  }

  /** Names eye, pictures and their order. */
  public ContentKey key() {
    return key;
  }

  /** Patches per frame. */
  public int patches() {
    return patches;
  }

  /** Channels per patch. */
  public int width() {
    return width;
  }

  /** Whether mirrored features are there. */
  public boolean hasMirrored() {
    return !mirrored.isEmpty();
  }

  /** Copies one frame, [patches, width], into {@code target} from {@code at} on. */
  void copy(FrameIndex frame, boolean mirror, float[] target, int at) {
    short[] halves = (mirror ? mirrored : plain).get(frame.recording());
    int numbers = patches * width;
    int begin = frame.frame() * numbers;
    for (int i = 0; i < numbers; i++) {
      target[at + i] = HalfPrecision.fromF16(halves[begin + i]);
    }
  }

  /**
   * A frame of a list of recordings.
   *
   * @param recording index of the recording
   * @param frame index in the recording
   */
  record FrameIndex(int recording, int frame) {}
}
