package io.drivedistill.student.ipad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import io.drivedistill.nn.Constants;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentSample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IpadSamplesTest {
  private static final IpadConfig CONFIG = IpadConfig.quickstart();

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
    Ipad network = new Ipad(CONFIG);
    StudentSample sample = new IpadSamples(CONFIG).of(dataset, scene);
    check(network.inputs(), sample.inputs());
    check(network.targets(), sample.targets().orElseThrow());
    float[] status = sample.inputs().get("status").toFloats();
    assertThat(status[0]).isZero();
    assertThat(status[3]).isEqualTo((float) scene.current().ego().velocityXMps());
    assertThat(status[7] + status[8] + status[9] + status[10]).isEqualTo(1);
    float[] poses = sample.targets().orElseThrow().get(Student.TRAJECTORY).toFloats();
    assertThat(poses[0]).isEqualTo((float) scene.humanTrajectory().poses().get(0).xM());
  }

  private static void check(List<TensorSpec> specs, Map<String, SampleTensor> tensors) {
    assertThat(tensors.keySet())
        .containsExactlyElementsOf(specs.stream().map(TensorSpec::name).toList());
    for (TensorSpec spec : specs) {
      assertThat(tensors.get(spec.name()).dtype()).isEqualTo(spec.dtype());
      assertThat(tensors.get(spec.name()).shape())
          .as(spec.name())
          .isEqualTo(spec.shape().subList(1, spec.shape().size()));
    }
  }

  /** Ahead of the front camera, on its optical axis, lies the principal point. */
  @Test
  void projectionFollowsThePictureSize() {
    var view = scene.current().camera(CameraName.CAM_F0).orElseThrow();
    double ahead = 12;
    double[] point = {
      view.translationCameraInLidarM().x() + ahead * view.rotationCameraToLidar().get(0, 2),
      view.translationCameraInLidarM().y() + ahead * view.rotationCameraToLidar().get(1, 2),
      view.translationCameraInLidarM().z() + ahead * view.rotationCameraToLidar().get(2, 2),
      1
    };
    float[] projection = IpadSamples.projection(view, 0.5, 0.25);
    double[] image = new double[4];
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 4; column++) {
        image[row] += projection[4 * row + column] * point[column];
      }
    }
    assertThat(image[2]).isEqualTo(ahead, within(1e-4));
    assertThat(image[0] / image[2]).isEqualTo(0.5 * view.intrinsics().get(0, 2), within(1e-2));
    assertThat(image[1] / image[2]).isEqualTo(0.25 * view.intrinsics().get(1, 2), within(1e-2));
  }

  @Test
  void missingCameraIsNamed() {
    IpadConfig published = IpadConfig.published();
    Scene blind =
        dataset
            .scenes(SceneFilter.standard())
            .filter(s -> s.current().camera(CameraName.CAM_B0).isEmpty())
            .findFirst()
            .orElse(null);
    org.junit.jupiter.api.Assumptions.assumeTrue(blind != null, "the town draws every camera");
    assertThatThrownBy(() -> new IpadSamples(published).inputs(dataset, blind))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("CAM_B0");
  }

  @Test
  void simulatedTargetsAreTheScorersVerdict() {
    MetricCache cache = MetricCacheBuilder.build(scene, dataset.map(scene.mapLocation()));
    int poses = CONFIG.poses();
    float[] proposals = new float[CONFIG.proposals() * poses * 3];
    for (int p = 0; p < CONFIG.proposals(); p++) {
      for (int t = 0; t < poses; t++) {
        proposals[(p * poses + t) * 3] = p * (t + 1);
        proposals[(p * poses + t) * 3 + 1] = 0.4f * (p - 8) * (t + 1);
      }
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = Constants.of(manager, proposals, 1, CONFIG.proposals(), poses, 3);
      Map<String, NDArray> targets =
          new SimulatedTargets(CONFIG, token -> cache)
              .of(array, List.of(scene.token()), manager.ones(new Shape(1)));
      float[] scores = targets.get(SimulatedTargets.SCORES).toFloatArray();
      float[] areas = targets.get(SimulatedTargets.AREAS).toFloatArray();
      float[] valid = targets.get(SimulatedTargets.AGENT_VALID).toFloatArray();
      int length = poses * 3;
      for (int p = 0; p < CONFIG.proposals(); p++) {
        PdmScore score =
            PdmScorer.score(
                cache,
                Trajectory.of(
                    java.util.Arrays.copyOfRange(proposals, p * length, (p + 1) * length)));
        assertThat(scores[6 * p + 5]).isEqualTo((float) score.score());
        assertThat(scores[6 * p + 1]).isEqualTo((float) score.drivableAreaCompliance());
        for (int step = 1; step <= 40; step++) {
          assertThat(areas[(p * 40 + step - 1) * 2])
              .isEqualTo((float) (score.reasons().nonDrivableMask() >>> step & 1));
        }
        int before = score.reasons().collision().map(PdmScore.Event::step).orElse(0);
        for (int step = before + 1; step <= 40; step++) {
          assertThat(valid[(p * 40 + step - 1) * 2]).isZero();
        }
      }
      assertThat(areas).as("some proposals leave the road").contains(1f);
      NDArray unlabelled =
          new SimulatedTargets(CONFIG, token -> cache)
              .of(array, List.of(scene.token()), manager.zeros(new Shape(1)))
              .get(SimulatedTargets.SCORES);
      assertThat(unlabelled.toFloatArray()).containsOnly(0);
    }
  }
}
