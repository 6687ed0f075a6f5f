package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDManager;
import io.drivedistill.teacher.image.PatchGrid;

/**
 * Everything about one frame's geometry that the vision tower needs. Frames never attend to each
 * other, so frames of one size share a layout and run as a batch.
 */
final class VisionLayout {
  private static final double ROPE_BASE = 10_000;

  private final QwenConfig.Vision config;
  private final PatchGrid frame;
  private final WindowOrder order;

  VisionLayout(QwenConfig.Vision config, int rows, int columns) {
    this.config = config;
    frame = new PatchGrid(1, rows, columns);
    int merge = config.patches().merge();
    order = WindowOrder.of(rows / merge, columns / merge, config.windowCells());
  }

  WindowOrder order() {
    return order;
  }

  /** Rotary angles [patches, headSize / 2] in merge-block order: rows first, then columns. */
  float[] anglesRad() {
    int quarter = config.headSize() / 4;
    float[] angles = new float[frame.patches() * 2 * quarter];
    for (int patch = 0; patch < frame.patches(); patch++) {
      int row = config.patches().row(frame, patch);
      int column = config.patches().column(frame, patch);
      for (int j = 0; j < quarter; j++) {
        float frequency = (float) (1 / Math.pow(ROPE_BASE, (double) j / quarter));
        angles[patch * 2 * quarter + j] = row * frequency;
        angles[patch * 2 * quarter + quarter + j] = column * frequency;
      }
    }
    return angles;
  }

  /** The rotation in window order. */
  Rotation rotation(NDManager manager) {
    float[] angles = anglesRad();
    int group = config.patches().merge() * config.patches().merge() * config.headSize() / 2;
    float[] ordered = new float[angles.length];
    for (int place = 0; place < order.cells().length; place++) {
      System.arraycopy(angles, order.cells()[place] * group, ordered, place * group, group);
    }
    return Rotation.of(manager, ordered, 1, frame.patches());
  }
}
