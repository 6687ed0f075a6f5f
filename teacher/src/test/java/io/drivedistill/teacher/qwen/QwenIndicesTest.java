package io.drivedistill.teacher.qwen;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Safetensors;
import io.drivedistill.teacher.Fixtures;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.image.SmartResize;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Integers of the fixture {@code qwen25vl_indices}, exactly. */
class QwenIndicesTest {
  private static final QwenConfig CONFIG =
      new QwenConfig(
          new QwenConfig.Text(128, 16, 16, 1, 2, 1, 1e-6, 1e6, List.of(1, 1, 2), true, 0.02),
          new QwenConfig.Vision(1, 8, 8, 2, 16, Patches.PUBLISHED, 112, Set.of(), 2),
          new QwenConfig.Markers(102, 103, 105, 106));

  private Safetensors io;

  @BeforeEach
  void open() {
    io = Safetensors.open(Fixtures.folder("qwen25vl_indices").resolve("io.safetensors"));
  }

  @AfterEach
  void close() {
    io.close();
  }

  @Test
  void smartResizeRoundsHalfToEvenAndKeepsBounds() {
    long[] table = io.longs("smart_resize/h_w_min_max_outh_outw");
    for (int i = 0; i < table.length; i += 6) {
      SmartResize resize = new SmartResize(28, table[i + 2], table[i + 3]);
      assertThat(resize.of((int) table[i], (int) table[i + 1]))
          .as("%dx%d", table[i], table[i + 1])
          .isEqualTo(new SmartResize.Size((int) table[i + 4], (int) table[i + 5]));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2x2", "4x30", "8x8", "10x14", "16x24", "18x10", "26x38"})
  void windowsOfOneFrame(String size) {
    String[] sides = size.split("x");
    WindowOrder order =
        WindowOrder.of(Integer.parseInt(sides[0]) / 2, Integer.parseInt(sides[1]) / 2, 4);
    assertThat(Arrays.stream(order.cells()).asLongStream().toArray())
        .isEqualTo(io.longs("window/" + size + "/index"));
    assertThat(boundaries(List.of(order))).isEqualTo(io.longs("window/" + size + "/cu"));
  }

  @Test
  void windowsOfSeveralFrames() {
    long[] grids = io.longs("window/multi/grid");
    List<WindowOrder> orders = new ArrayList<>();
    List<Long> index = new ArrayList<>();
    for (int g = 0; g < grids.length; g += 3) {
      for (int frame = 0; frame < grids[g]; frame++) {
        WindowOrder order = WindowOrder.of((int) grids[g + 1] / 2, (int) grids[g + 2] / 2, 4);
        long offset = index.size();
        Arrays.stream(order.cells()).forEach(cell -> index.add(offset + cell));
        orders.add(order);
      }
    }
    assertThat(index)
        .containsExactly(
            Arrays.stream(io.longs("window/multi/index")).boxed().toArray(Long[]::new));
    assertThat(boundaries(orders)).isEqualTo(io.longs("window/multi/cu"));
  }

  private static long[] boundaries(List<WindowOrder> orders) {
    List<Long> boundaries = new ArrayList<>(List.of(0L));
    for (WindowOrder order : orders) {
      for (int cells : order.windows()) {
        boundaries.add(boundaries.get(boundaries.size() - 1) + 4L * cells);
      }
    }
    return boundaries.stream().mapToLong(Long::longValue).toArray();
  }

  @Test
  void runsCoverAllWindowsInOrder() {
    WindowOrder order = WindowOrder.of(13, 19, 4);
    List<Integer> windows = new ArrayList<>();
    int place = 0;
    for (WindowOrder.Run run : order.runs()) {
      assertThat(run.first()).isEqualTo(place);
      place += run.count() * run.size();
      for (int i = 0; i < run.count(); i++) {
        windows.add(run.size());
      }
    }
    assertThat(windows.stream().mapToInt(Integer::intValue).toArray()).isEqualTo(order.windows());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text",
        "one_image",
        "two_images",
        "adjacent_images",
        "image_video",
        "video_1s",
        "video_half_s",
        "left_pad",
        "right_pad"
      })
  void rotaryPositions(String name) {
    String prefix = "rope/" + name + "/";
    long[] ids = io.longs(prefix + "ids");
    int batch = Math.toIntExact(io.info(prefix + "ids").shape().get(0));
    int length = ids.length / batch;
    long[] mask =
        io.contains(prefix + "attention_mask") ? io.longs(prefix + "attention_mask") : null;
    List<VisualSpan> pictures = spans(prefix, "image_grid");
    List<VisualSpan> clips = spans(prefix, "video_grid");
    long[] expected = io.longs(prefix + "position_ids");
    for (int b = 0; b < batch; b++) {
      long[] sequence = Arrays.copyOfRange(ids, b * length, (b + 1) * length);
      boolean[] attended = new boolean[length];
      for (int i = 0; i < length; i++) {
        attended[i] = mask == null || mask[b * length + i] == 1;
      }
      RotaryPositions positions =
          RotaryPositions.of(sequence, attended, ordered(sequence, pictures, clips), CONFIG);
      assertThat(positions.time()).isEqualTo(slice(expected, b, length));
      assertThat(positions.height()).isEqualTo(slice(expected, batch + b, length));
      assertThat(positions.width()).isEqualTo(slice(expected, 2 * batch + b, length));
      assertThat(positions.delta()).isEqualTo(io.longs(prefix + "delta")[b]);
    }
  }

  private static long[] slice(long[] values, int row, int length) {
    return Arrays.copyOfRange(values, row * length, (row + 1) * length);
  }

  /** Takes the next picture or clip at each vision start marker, as the reference does. */
  private static List<VisualSpan> ordered(
      long[] ids, List<VisualSpan> pictures, List<VisualSpan> clips) {
    List<VisualSpan> spans = new ArrayList<>();
    for (int i = 0; i + 1 < ids.length; i++) {
      if (ids[i] == CONFIG.markers().visionStart()) {
        spans.add((ids[i + 1] == CONFIG.markers().image() ? pictures : clips).remove(0));
      }
    }
    return spans;
  }

  private List<VisualSpan> spans(String prefix, String name) {
    List<VisualSpan> spans = new ArrayList<>();
    if (io.contains(prefix + name)) {
      long[] grid = io.longs(prefix + name);
      float[] seconds =
          name.equals("video_grid")
              ? io.floats(prefix + "second_per_grid")
              : new float[grid.length];
      for (int i = 0; i < grid.length; i += 3) {
        spans.add(
            new VisualSpan(
                new PatchGrid((int) grid[i], (int) grid[i + 1], (int) grid[i + 2]),
                seconds[i / 3]));
      }
    }
    return spans;
  }
}
