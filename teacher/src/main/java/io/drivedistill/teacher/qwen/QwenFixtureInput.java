package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.teacher.image.BicubicResize;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.image.RgbImage;
import io.drivedistill.teacher.image.SmartResize;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures and tokens of a fixture on their way into the model.
 *
 * @param tokens sequences with their padding
 * @param frames of pictures and clips in reading order
 * @param calls the frames as the reference runs its vision tower: all pictures, then all clips
 */
record QwenFixtureInput(
    TokenBatch tokens, List<VisualFrames> frames, List<List<VisualFrames>> calls) {
  private static final String IMAGE_GRIDS = "in/image_grid_thw";
  private static final String CLIP_GRIDS = "in/video_grid_thw";

  /** From stored pixels through resizing and cutting, each step compared. */
  static QwenFixtureInput read(ParityFixture fixture, QwenConfig config, NDManager manager) {
    List<List<VisualFrames>> pictures =
        fixture.has("in/image0_u8_hwc")
            ? pictures(fixture, config, manager)
            : patches(fixture, "in/pixel_values", IMAGE_GRIDS, config, manager);
    List<List<VisualFrames>> clips =
        patches(fixture, "in/pixel_values_videos", CLIP_GRIDS, config, manager);
    QwenFixtureInput input = of(fixture, config, new ArrayList<>());
    for (List<List<VisualFrames>> call : List.of(pictures, clips)) {
      if (!call.isEmpty()) {
        input.calls.add(call.stream().flatMap(List::stream).toList());
      }
    }
    for (long[] sequence : input.tokens.ids()) {
      QwenIndexParity.ordered(sequence, pictures, clips, config).forEach(input.frames::addAll);
    }
    return input;
  }

  /** The fixture's tokens with pictures that come from elsewhere. */
  static QwenFixtureInput of(ParityFixture fixture, QwenConfig config, List<VisualFrames> frames) {
    long[] ids = fixture.longs("in/input_ids");
    int batch = (int) fixture.shape("in/input_ids")[0];
    int length = ids.length / batch;
    long[] mask = fixture.has("in/attention_mask") ? fixture.longs("in/attention_mask") : null;
    List<VisualSpan> pictures = QwenIndexParity.spans(fixture, IMAGE_GRIDS, null);
    List<VisualSpan> clips = QwenIndexParity.spans(fixture, CLIP_GRIDS, "in/second_per_grid_ts");
    long[][] sequences = new long[batch][];
    List<List<VisualSpan>> visuals = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      sequences[b] = Arrays.copyOfRange(ids, b * length, (b + 1) * length);
      visuals.add(QwenIndexParity.ordered(sequences[b], pictures, clips, config));
    }
    return new QwenFixtureInput(
        new TokenBatch(sequences, QwenParity.attended(mask, batch, length), visuals),
        frames,
        new ArrayList<>());
  }

  /** The frames of each picture or clip out of one table of patches. */
  private static List<List<VisualFrames>> patches(
      ParityFixture fixture, String tensor, String grids, QwenConfig config, NDManager manager) {
    List<List<VisualFrames>> visuals = new ArrayList<>();
    if (!fixture.has(grids)) {
      return visuals;
    }
    int length = config.vision().patches().length();
    float[] values = fixture.floats(tensor);
    int at = 0;
    for (VisualSpan span : QwenIndexParity.spans(fixture, grids, null)) {
      int count = span.grid().rows() * span.grid().columns();
      List<VisualFrames> frames = new ArrayList<>();
      for (int frame = 0; frame < span.grid().frames(); frame++) {
        float[] part = Arrays.copyOfRange(values, at, at + count * length);
        frames.add(
            new VisualFrames(
                Constants.of(manager, part, 1, count, length),
                span.grid().rows(),
                span.grid().columns()));
        at += part.length;
      }
      visuals.add(frames);
    }
    return visuals;
  }

  private static List<List<VisualFrames>> pictures(
      ParityFixture fixture, QwenConfig config, NDManager manager) {
    FixtureOptions options = fixture.options().part("preprocess");
    for (int channel = 0; channel < 3; channel++) {
      requireEqual(options, "image_mean", channel, Patches.mean(channel));
      requireEqual(options, "image_std", channel, Patches.deviation(channel));
    }
    Patches patches = config.vision().patches();
    SmartResize resize =
        new SmartResize(
            patches.factor(), options.integer("min_pixels"), options.integer("max_pixels"));
    List<List<VisualFrames>> frames = new ArrayList<>();
    float[] all = new float[0];
    for (int i = 0; fixture.has("in/image" + i + "_u8_hwc"); i++) {
      RgbImage picture = image(fixture, "in/image" + i + "_u8_hwc");
      SmartResize.Size size = resize.of(picture.height(), picture.width());
      RgbImage resized = BicubicResize.resize(picture, size.height(), size.width());
      if (fixture.has("mid/image" + i + "_resized_u8_hwc")) {
        fixture.check("mid/image" + i + "_resized_u8_hwc", unsigned(resized.rgb()));
      }
      PatchGrid grid = patches.grid(List.of(resized));
      float[] pixels = patches.normalized(patches.bytes(List.of(resized)));
      int before = all.length;
      all = Arrays.copyOf(all, before + pixels.length);
      System.arraycopy(pixels, 0, all, before, pixels.length);
      frames.add(
          List.of(
              new VisualFrames(
                  Constants.of(manager, pixels, 1, grid.patches(), patches.length()),
                  grid.rows(),
                  grid.columns())));
    }
    if (fixture.has("in/pixel_values")) {
      fixture.check("in/pixel_values", all);
    }
    return frames;
  }

  private static void requireEqual(
      FixtureOptions options, String name, int channel, double expected) {
    double found = options.numbers(name).get(channel);
    if (Math.abs(found - expected) > 1e-9) {
      throw new DriveDistillException(
          name + " of channel " + channel + " is " + found + "; this program has " + expected,
          "Maybe the fixture is newer than this program.");
    }
  }

  private static RgbImage image(ParityFixture fixture, String name) {
    long[] shape = fixture.shape(name);
    long[] values = fixture.longs(name);
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) values[i];
    }
    return new RgbImage((int) shape[1], (int) shape[0], rgb);
  }

  private static long[] unsigned(byte[] bytes) {
    long[] values = new long[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    return values;
  }

  /** Compares the rotary positions and how far decoding lies behind them. */
  void checkPositions(ParityFixture fixture, QwenConfig config) {
    List<RotaryPositions> sequences = tokens.positions(config);
    int batch = tokens.size();
    int length = tokens.length();
    long[] found = new long[3 * batch * length];
    long[] deltas = new long[batch];
    for (int b = 0; b < batch; b++) {
      RotaryPositions positions = sequences.get(sequences.size() == 1 ? 0 : b);
      System.arraycopy(positions.time(), 0, found, b * length, length);
      System.arraycopy(positions.height(), 0, found, (batch + b) * length, length);
      System.arraycopy(positions.width(), 0, found, (2 * batch + b) * length, length);
      deltas[b] = positions.delta();
    }
    if (fixture.has("mid/position_ids_3BL")) {
      fixture.check("mid/position_ids_3BL", found);
    }
    if (fixture.has("mid/rope_deltas")) {
      fixture.check("mid/rope_deltas", deltas);
    }
  }
}
