package io.drivedistill.student;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.sensor.CameraImageReader;
import java.awt.image.BufferedImage;

/**
 * A picture of one camera in the size that a student takes.
 *
 * @param planes bytes [3, height, width], red first
 * @param view the camera
 * @param scaleX width over the width of the file's picture
 * @param scaleY height over the height of the file's picture
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on at once; compared by nobody.
public record CameraPicture(byte[] planes, CameraView view, double scaleX, double scaleY) {

  /**
   * Reads and resizes a picture, as OpenCV does for bytes.
   *
   * @throws DriveDistillException if the frame lacks the camera or the file is missing or damaged
   */
  public static CameraPicture read(
      NavsimDataset dataset, Frame frame, CameraName name, int height, int width) {
    CameraView view = frame.requireCamera(name);
    BufferedImage image = CameraImageReader.read(dataset.imageFile(view));
    byte[] planes =
        BilinearResize.toPlanes(
            CameraImageReader.rgb(image), image.getHeight(), image.getWidth(), height, width);
    return new CameraPicture(
        planes, view, (double) width / image.getWidth(), (double) height / image.getHeight());
  }

  /** The bytes as a tensor, uint8 [3, height, width]. */
  public static SampleTensor of(
      NavsimDataset dataset, Frame frame, CameraName name, int height, int width) {
    return SampleTensor.ofBytes(
        read(dataset, frame, name, height, width).planes(), 3, height, width);
  }
}
