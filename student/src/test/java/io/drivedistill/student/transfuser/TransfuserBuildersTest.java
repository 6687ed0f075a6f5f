package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import org.junit.jupiter.api.Test;

class TransfuserBuildersTest {
  private static final TransfuserConfig CONFIG = TransfuserConfig.published();

  @Test
  void quarterSizePicturesGiveTheQuarterSizeInput() {
    RgbPicture picture = new RgbPicture(270, 480, new byte[270 * 480 * 3]);
    byte[] stitched =
        CameraStitch.stitch(picture, picture, picture, new TransfuserConfig.Image(64, 256));
    assertThat(stitched).hasSize(3 * 64 * 256);
  }

  @Test
  void picturesOfDifferentSizeAreRefused() {
    RgbPicture small = new RgbPicture(270, 480, new byte[270 * 480 * 3]);
    RgbPicture large = new RgbPicture(540, 960, new byte[540 * 960 * 3]);
    assertThatThrownBy(() -> CameraStitch.stitch(small, large, small, CONFIG.image()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("960x540");
  }
}
