package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;

/**
 * Constants that the released class stores as frozen parameters and does not use for proposals: a
 * regular grid of pillars. They are here so that checkpoints have all of their tensors, in and out;
 * the spelling {@code hybird_ref_2d} is the file's.
 */
final class PillarGrid extends Module {
  private static final double RANGE_M = 32;

  PillarGrid(IpadConfig config) {
    int rows = config.proposals();
    int columns = config.poses();
    int heights = config.anchors().heights();
    int cells = rows * columns;
    double low = config.anchors().lowestM();
    double span = config.anchors().highestM() - low;
    float[] shares = new float[heights * cells * 3];
    float[] metres = new float[heights * cells * 4];
    float[] flat = new float[cells * 2];
    for (int level = 0; level < heights; level++) {
      double height = (heights == 1 ? 0.5 : 0.5 + level * (span - 1) / (heights - 1)) / span;
      for (int cell = 0; cell < cells; cell++) {
        // The pillars run column by column, the plane row by row with its axes in row order.
        int column = cell / rows;
        double x = (column + 0.5) / columns;
        double y = (cell % rows + 0.5) / rows;
        int at = level * cells + cell;
        shares[3 * at] = (float) x;
        shares[3 * at + 1] = (float) y;
        shares[3 * at + 2] = (float) height;
        metres[4 * at] = (float) (x * 2 * RANGE_M - RANGE_M);
        metres[4 * at + 1] = (float) (y * 2 * RANGE_M - RANGE_M);
        metres[4 * at + 2] = (float) (height * span + low);
        metres[4 * at + 3] = 1;
      }
    }
    for (int cell = 0; cell < cells; cell++) {
      int row = cell / columns;
      flat[2 * cell] = (float) ((row + 0.5) / columns);
      flat[2 * cell + 1] = (float) ((cell % columns + 0.5) / rows);
    }
    float[] twice = new float[2 * flat.length];
    System.arraycopy(flat, 0, twice, 0, flat.length);
    System.arraycopy(flat, 0, twice, flat.length, flat.length);
    constant("reference_points", new Initialization.Given(metres), heights, 1, cells, 4);
    constant("ref_3d", new Initialization.Given(shares), 1, heights, cells, 3);
    constant("hybird_ref_2d", new Initialization.Given(twice), 2, cells, 1, 2);
    constant("ref_2d", new Initialization.Given(flat), 1, cells, 1, 2);
  }

  /** Nothing reads the grid. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return inputs;
  }
}
