package io.drivedistill.student.transfuser;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.student.BilinearResize;

/**
 * Joins left front, front and right front camera into one wide picture (SPEC-transfuser section 1):
 * 28 of 1080 rows fall away above and below, 416 of 1920 columns on both sides of the outer
 * pictures, other picture sizes in proportion; then OpenCV's bilinear resize for bytes. Stateless.
 */
final class CameraStitch {
  private static final double ROW_SHARE = 28.0 / 1080;
  private static final double COLUMN_SHARE = 416.0 / 1920;
  private static final int CHANNELS = 3;

  private CameraStitch() {}

  /**
   * @return bytes [3, size.height, size.width], red first
   */
  static byte[] stitch(
      RgbPicture left, RgbPicture front, RgbPicture right, TransfuserConfig.Image size) {
    if (!left.sameSize(front) || !right.sameSize(front)) {
      throw new DriveDistillException(
          "The three front cameras have pictures of different size: "
              + left.describe()
              + ", "
              + front.describe()
              + ", "
              + right.describe(),
          "Maybe pictures of two data sets were mixed.");
    }
    int dropRows = (int) Math.round(front.height() * ROW_SHARE);
    int dropColumns = (int) Math.round(front.width() * COLUMN_SHARE);
    int rows = front.height() - 2 * dropRows;
    int side = front.width() - 2 * dropColumns;
    int columns = 2 * side + front.width();
    byte[] wide = new byte[rows * columns * CHANNELS];
    for (int row = 0; row < rows; row++) {
      int at = row * columns * CHANNELS;
      left.copyRow(row + dropRows, dropColumns, side, wide, at);
      at += side * CHANNELS;
      front.copyRow(row + dropRows, 0, front.width(), wide, at);
      at += front.width() * CHANNELS;
      right.copyRow(row + dropRows, dropColumns, side, wide, at);
    }
    return BilinearResize.toPlanes(wide, rows, columns, size.height(), size.width());
  }
}
