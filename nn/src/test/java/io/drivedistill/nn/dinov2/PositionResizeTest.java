package io.drivedistill.nn.dinov2;

import io.drivedistill.nn.parity.Fixtures;
import io.drivedistill.nn.parity.ParityFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bicubic resampling against what PyTorch computed. */
class PositionResizeTest {

  @Test
  void bicubicEqualsPyTorch() {
    try (ParityFixture fixture = ParityFixture.open(Fixtures.folder("ops"))) {
      check(fixture, "bicubic_size", PositionResize.PLAIN);
      check(fixture, "bicubic_scale_offset", PositionResize.OFFSET);
      check(fixture, "bicubic_antialias_up", PositionResize.ANTIALIASED);
      check(fixture, "bicubic_antialias_down", PositionResize.ANTIALIASED);
      fixture.assertAllPass();
    }
  }

  private static void check(ParityFixture fixture, String name, PositionResize resize) {
    List<Long> from = fixture.tensors().info(name + "/in/x").shape();
    List<Long> to = fixture.tensors().info(name + "/out").shape();
    float[] maps = fixture.tensors().floats(name + "/in/x");
    int h = from.get(2).intValue();
    int w = from.get(3).intValue();
    int height = to.get(2).intValue();
    int width = to.get(3).intValue();
    float[][] rows = resize.matrix(h, height);
    float[][] columns = resize.matrix(w, width);
    int count = maps.length / (h * w);
    float[] out = new float[count * height * width];
    for (int map = 0; map < count; map++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double sum = 0;
          for (int i = 0; i < h; i++) {
            for (int j = 0; j < w; j++) {
              sum += (double) rows[y][i] * columns[x][j] * maps[(map * h + i) * w + j];
            }
          }
          out[(map * height + y) * width + x] = (float) sum;
        }
      }
    }
    fixture.check(name + "/out", out);
  }
}
