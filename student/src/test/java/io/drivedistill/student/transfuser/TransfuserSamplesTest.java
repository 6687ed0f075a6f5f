package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransfuserSamplesTest {
  private static final Transfuser NETWORK = new Transfuser(TransfuserConfig.quickstart());

  @TempDir private static Path folder;
  private static NavsimDataset dataset;
  private static Scene scene;

  @BeforeAll
  static void writeTown() {
    SynthSpec spec = SynthSpec.of("mini", 1, 4).withTowns(1, 14).withImages(240, 135);
    SyntheticDataset.write(List.of(spec), folder, 1, Progress.silent());
    dataset = NavsimDataset.open(folder, "mini");
    scene = dataset.scenes(SceneFilter.standard()).findFirst().orElseThrow();
  }

  @Test
  void sceneBecomesWhatTheNetworkTakes() {
    StudentSample sample = new TransfuserSamples(NETWORK.config()).of(dataset, scene);
    assertThat(sample.token()).isEqualTo(scene.token());
    check(NETWORK.inputs(), sample.inputs());
    check(NETWORK.targets(), sample.targets().orElseThrow());
    float[] poses = sample.targets().orElseThrow().get(Student.TRAJECTORY).toFloats();
    List<Pose2> human = scene.humanTrajectory().poses();
    for (int i = 0; i < human.size(); i++) {
      assertThat(poses[3 * i]).isEqualTo((float) human.get(i).xM());
      assertThat(poses[3 * i + 1]).isEqualTo((float) human.get(i).yM());
      assertThat(poses[3 * i + 2]).isEqualTo((float) human.get(i).headingRad());
    }
    byte[] map = sample.targets().orElseThrow().get(Transfuser.BEV_SEMANTIC_MAP).toBytes();
    int underTheEgo = NETWORK.config().bevColumns() / 2;
    assertThat(map[underTheEgo]).isIn((byte) 1, (byte) 3);
  }

  private static void check(List<TensorSpec> specs, Map<String, SampleTensor> tensors) {
    assertThat(tensors.keySet())
        .containsExactlyElementsOf(specs.stream().map(TensorSpec::name).toList());
    for (TensorSpec spec : specs) {
      SampleTensor tensor = tensors.get(spec.name());
      assertThat(tensor.dtype()).as(spec.name()).isEqualTo(spec.dtype());
      assertThat(tensor.shape())
          .as(spec.name())
          .isEqualTo(spec.shape().subList(1, spec.shape().size()));
    }
  }

  @Test
  void sceneWithoutFutureOrAnnotationsIsUnlabelled() {
    Scene now = new Scene(scene.split(), scene.logName(), 0, scene.history(), 4);
    StudentSample sample = new TransfuserSamples(NETWORK.config()).of(dataset, now);
    assertThat(sample.targets()).isEmpty();
    assertThat(sample.inputs()).containsOnlyKeys("camera", "lidar", "status");
  }

  @Test
  void missingPictureIsNamed() throws IOException {
    Path picture = dataset.imageFile(scene.current().camera(CameraName.CAM_F0).orElseThrow());
    Path hidden = picture.resolveSibling("hidden");
    Files.move(picture, hidden);
    try {
      assertThatThrownBy(() -> new TransfuserSamples(NETWORK.config()).of(dataset, scene))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining(picture.getFileName().toString());
    } finally {
      Files.move(hidden, picture);
    }
  }
}
