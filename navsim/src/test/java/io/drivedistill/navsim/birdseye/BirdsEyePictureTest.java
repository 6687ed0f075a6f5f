package io.drivedistill.navsim.birdseye;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class BirdsEyePictureTest {
  @Test
  void egoObjectsAndTrajectoriesLieWhereTheyBelong() throws IOException {
    Path root = SharedFiles.bundledOracle();
    NavsimDataset dataset = NavsimDataset.open(root, "dev");
    Scene scene = dataset.scenes(SceneFilter.standard()).findFirst().orElseThrow();
    BirdsEyePicture picture = new BirdsEyePicture(scene, dataset.map(scene.mapLocation()), 640, 64);
    picture.drawTrajectory(scene.humanTrajectory(), 0xFF0000);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.toPng()));
    assertThat(image.getWidth()).isEqualTo(640);
    // 1 m behind the rear axle lies inside the vehicle, 10 px per metre.
    assertThat(image.getRGB(320, 480 + 8) & 0xFFFFFF).isEqualTo(0x1F2328);
    var last = scene.humanTrajectory().poses().get(7);
    int x = (int) Math.round(320 - 10 * last.yM());
    int y = (int) Math.round(480 - 10 * last.xM());
    if (x >= 0 && x < 640 && y >= 0 && y < 640) {
      assertThat(image.getRGB(x, y) & 0xFFFFFF).isEqualTo(0xFF0000);
    }
  }
}
