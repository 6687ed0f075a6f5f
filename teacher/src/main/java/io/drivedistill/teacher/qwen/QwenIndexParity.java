package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.image.SmartResize;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** The whole numbers of Qwen2.5-VL: picture sizes, window orders, rotary positions. Exact. */
public final class QwenIndexParity implements ParityFamily {
  @Override
  public String name() {
    return "Qwen2.5-VL indices";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("Qwen2.5-VL index");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    QwenConfig config = config(fixture.options());
    Set<String> groups = new TreeSet<>();
    for (String tensor : fixture.names()) {
      if (tensor.startsWith("window/") || tensor.startsWith("rope/")) {
        groups.add(tensor.substring(0, tensor.lastIndexOf('/') + 1));
      } else if (tensor.startsWith("smart_resize/")) {
        sizes(fixture, tensor, config.vision().patches().factor());
      }
    }
    for (String group : groups) {
      if (group.startsWith("rope/")) {
        positions(fixture, group, config);
      } else {
        windows(fixture, group, config.vision());
      }
    }
  }

  private static QwenConfig config(FixtureOptions options) {
    FixtureOptions tokens = options.part("tokens");
    Patches patches =
        new Patches(options.integer("patch_size"), 2, options.integer("spatial_merge_size"));
    return new QwenConfig(
        new QwenConfig.Text(128, 16, 16, 1, 2, 1, 1e-6, 1e6, List.of(1, 1, 2), true, 0.02),
        new QwenConfig.Vision(
            1,
            8,
            8,
            2,
            16,
            patches,
            options.integer("window_size"),
            Set.of(),
            options.number("tokens_per_second")),
        new QwenConfig.Markers(
            tokens.integer("vision_start"),
            tokens.integer("vision_end"),
            tokens.integer("image"),
            tokens.integer("video")));
  }

  /** Rows of height, width, smallest and largest area, and the two sides that come out. */
  private static void sizes(ParityFixture fixture, String tensor, int factor) {
    long[] table = fixture.longs(tensor);
    for (int i = 0; i < table.length; i += 6) {
      SmartResize.Size size =
          new SmartResize(factor, table[i + 2], table[i + 3])
              .of((int) table[i], (int) table[i + 1]);
      table[i + 4] = size.height();
      table[i + 5] = size.width();
    }
    fixture.check(tensor, table);
  }

  private static void windows(ParityFixture fixture, String group, QwenConfig.Vision vision) {
    long[] grids =
        fixture.has(group + "grid")
            ? fixture.longs(group + "grid")
            : LongStream.concat(
                    LongStream.of(1),
                    Arrays.stream(group.split("/")[1].split("x")).mapToLong(Long::parseLong))
                .toArray();
    List<WindowOrder> orders = new ArrayList<>();
    List<Long> index = new ArrayList<>();
    List<Long> frames = new ArrayList<>(List.of(0L));
    int merge = vision.patches().merge();
    for (int g = 0; g < grids.length; g += 3) {
      for (int frame = 0; frame < grids[g]; frame++) {
        WindowOrder order =
            WindowOrder.of(
                (int) grids[g + 1] / merge, (int) grids[g + 2] / merge, vision.windowCells());
        long offset = index.size();
        Arrays.stream(order.cells()).forEach(cell -> index.add(offset + cell));
        orders.add(order);
        frames.add(frames.get(frames.size() - 1) + grids[g + 1] * grids[g + 2]);
      }
    }
    fixture.check(group + "index", flat(index));
    fixture.check(group + "cu", boundaries(orders, merge));
    if (fixture.has(group + "cu_full")) {
      fixture.check(group + "cu_full", flat(frames));
    }
  }

  /** Where the windows of all frames begin and end, counted in patches. */
  static long[] boundaries(List<WindowOrder> orders, int merge) {
    List<Long> boundaries = new ArrayList<>(List.of(0L));
    for (WindowOrder order : orders) {
      for (int cells : order.windows()) {
        boundaries.add(boundaries.get(boundaries.size() - 1) + (long) merge * merge * cells);
      }
    }
    return flat(boundaries);
  }

  private static long[] flat(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private static void positions(ParityFixture fixture, String group, QwenConfig config) {
    long[] ids = fixture.longs(group + "ids");
    int batch = (int) fixture.shape(group + "ids")[0];
    int length = ids.length / batch;
    long[] mask =
        fixture.has(group + "attention_mask") ? fixture.longs(group + "attention_mask") : null;
    List<VisualSpan> pictures = spans(fixture, group + "image_grid", null);
    List<VisualSpan> clips = spans(fixture, group + "video_grid", group + "second_per_grid");
    long[] found = new long[3 * batch * length];
    long[] deltas = new long[batch];
    for (int b = 0; b < batch; b++) {
      long[] sequence = Arrays.copyOfRange(ids, b * length, (b + 1) * length);
      boolean[] attended = new boolean[length];
      for (int i = 0; i < length; i++) {
        attended[i] = mask == null || mask[b * length + i] == 1;
      }
      RotaryPositions positions =
          RotaryPositions.of(
              sequence, attended, ordered(sequence, pictures, clips, config), config);
      System.arraycopy(positions.time(), 0, found, b * length, length);
      System.arraycopy(positions.height(), 0, found, (batch + b) * length, length);
      System.arraycopy(positions.width(), 0, found, (2 * batch + b) * length, length);
      deltas[b] = positions.delta();
    }
    fixture.check(group + "position_ids", found);
    fixture.check(group + "delta", deltas);
  }

  /** Takes the next picture or clip at each vision start marker, as the reference does. */
  static <T> List<T> ordered(long[] ids, List<T> pictures, List<T> clips, QwenConfig config) {
    List<T> spans = new ArrayList<>();
    for (int i = 0; i + 1 < ids.length; i++) {
      if (ids[i] == config.markers().visionStart()) {
        spans.add((ids[i + 1] == config.markers().image() ? pictures : clips).remove(0));
      }
    }
    return spans;
  }

  /**
   * Sizes of pictures or clips, those of the first sequence first.
   *
   * @param seconds tensor with the time between frame groups of each clip, or null for pictures
   */
  static List<VisualSpan> spans(ParityFixture fixture, String grids, String seconds) {
    List<VisualSpan> spans = new ArrayList<>();
    if (fixture.has(grids)) {
      long[] sizes = fixture.longs(grids);
      float[] times = seconds == null ? new float[sizes.length] : fixture.floats(seconds);
      for (int i = 0; i < sizes.length; i += 3) {
        spans.add(
            new VisualSpan(
                new PatchGrid((int) sizes[i], (int) sizes[i + 1], (int) sizes[i + 2]),
                times[i / 3]));
      }
    } else if (seconds != null && fixture.has(seconds)) {
      fixture.omit(seconds, "times of no clip");
    }
    return spans;
  }
}
