package io.drivedistill.navsim.sensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.sensor.PointCloud.Field;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensorReaderTest {
  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(SharedFiles.bundledOracle().resolve("sensor_blobs"))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Test
  void readsFloatAndByteAttributes() throws IOException {
    List<Path> clouds = files(".pcd");
    assertThat(clouds).hasSize(2);
    for (Path file : clouds) {
      PointCloud cloud = PointCloudReader.read(file);
      assertThat(cloud.size()).isEqualTo(200);
      for (int i = 0; i < cloud.size(); i++) {
        assertThat(cloud.get(Field.X, i)).isBetween(-200f, 200f);
        assertThat(cloud.get(Field.INTENSITY, i)).isBetween(0f, 255f);
        assertThat(cloud.get(Field.RING, i)).isBetween(0f, 255f);
      }
    }
  }

  @Test
  void anyCutOfAPointCloudIsFound(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(files(".pcd").get(0));
    Path cut = folder.resolve("cut.pcd");
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PointCloudReader.read(cut))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("cut.pcd");
    }
  }

  @Test
  void readsPicturesAndFindsDamage(@TempDir Path folder) throws IOException {
    Path file = files(".jpg").get(0);
    BufferedImage image = CameraImageReader.read(file, 48, 27);
    assertThat(CameraImageReader.rgb(image)).hasSize(48 * 27 * 3);
    assertThatThrownBy(() -> CameraImageReader.read(file, 1920, 1080))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("1920x1080")
        .hasMessageContaining("48x27");
    byte[] whole = Files.readAllBytes(file);
    Path cut = folder.resolve("cut.jpg");
    for (int length : new int[] {0, 10, whole.length / 2, whole.length - 20}) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> CameraImageReader.read(cut))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("cut.jpg");
    }
  }

  @Test
  void pixelsAreThoseOfThePictureWhateverItsLayout() {
    SplittableRandom random = new SplittableRandom(5);
    for (int type :
        new int[] {
          BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY
        }) {
      BufferedImage whole = new BufferedImage(9, 7, type);
      for (int at = 0; at < 63; at++) {
        whole.setRGB(at % 9, at / 9, random.nextInt());
      }
      for (BufferedImage picture : List.of(whole, whole.getSubimage(1, 2, 5, 4))) {
        byte[] rgb = CameraImageReader.rgb(picture);
        assertThat(rgb).hasSize(3 * picture.getWidth() * picture.getHeight());
        for (int at = 0; at < rgb.length; at++) {
          int pixel = picture.getRGB(at / 3 % picture.getWidth(), at / 3 / picture.getWidth());
          assertThat(rgb[at]).isEqualTo((byte) (pixel >> (16 - at % 3 * 8)));
        }
      }
    }
  }
}
