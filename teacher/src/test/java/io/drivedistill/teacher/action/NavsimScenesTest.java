package io.drivedistill.teacher.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.prompt.EncodedScene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NavsimScenesTest {
  @TempDir private static Path root;
  private static NavsimDataset dataset;
  private static List<Scene> list;

  private final TeacherConfig config = SmallTeachers.config(1);

  @BeforeAll
  static void write() {
    SynthSpec spec =
        SynthSpec.of("look", 1, 3)
            .withTowns(1, 18)
            .withImages(112, 63, CameraName.CAM_F0, CameraName.CAM_B0)
            .withLidar(0);
    SyntheticDataset.write(List.of(spec), root, 1, Progress.silent());
    dataset = NavsimDataset.open(root, "look");
    list = dataset.scenes(SceneFilter.standard().withFrameInterval(2)).toList();
  }

  private NavsimScenes scenes(TeacherView view) {
    return new NavsimScenes(new SceneReader(dataset, view), list);
  }

  @Test
  void showsClipsThatEndNow() {
    TeacherInput input = scenes(config.view()).read(list.get(1).token());
    TeacherInput before = scenes(config.view()).read(list.get(0).token());
    assertThat(input.clips()).hasSize(2);
    assertThat(input.clips().get(0).frames()).hasSize(2);
    assertThat(input.clips().get(0).frames().get(1).width()).isEqualTo(56);
    assertThat(input.motions()).hasSize(2);
    assertThat(input.motions().get(1).speedMps())
        .isEqualTo(list.get(1).current().ego().velocityXMps());
    assertThat(input.clips().get(0).frames().get(0).rgb())
        .isNotEqualTo(before.clips().get(0).frames().get(1).rgb());
  }

  @Test
  void encodingDoesNotDependOnThreads() {
    try (QwenTeacher teacher = QwenTeacher.untrained(config, 1)) {
      Progress progress = Progress.silent().open("test", list.size());
      List<EncodedScene> one = scenes(config.view()).encodeAll(teacher.encoder(), 1, progress);
      List<EncodedScene> two = scenes(config.view()).encodeAll(teacher.encoder(), 2, progress);
      for (int i = 0; i < one.size(); i++) {
        assertThat(two.get(i).token()).isEqualTo(list.get(i).token());
        assertThat(two.get(i).ids()).isEqualTo(one.get(i).ids());
        assertThat(two.get(i).patches()).isEqualTo(one.get(i).patches());
      }
    }
  }

  @Test
  void contentFollowsThePictures() throws Exception {
    String token = list.get(0).token();
    var before = scenes(config.view()).contentOf(token);
    assertThat(scenes(config.view()).contentOf(token)).isEqualTo(before);
    Path picture = dataset.imageFile(list.get(0).current().camera(CameraName.CAM_F0).orElseThrow());
    byte[] bytes = Files.readAllBytes(picture);
    byte[] changed = bytes.clone();
    changed[changed.length - 10] ^= 1;
    Files.write(picture, changed);
    assertThat(scenes(config.view()).contentOf(token)).isNotEqualTo(before);
    Files.write(picture, bytes);
  }

  @Test
  void whatIsMissingIsNamed() {
    TeacherView longView = new TeacherView(config.view().cameras(), 2, 4, 56, 56, 2);
    assertThatThrownBy(() -> scenes(longView).read(list.get(0).token()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("history frames");
  }
}
