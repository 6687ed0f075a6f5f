package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.ContentStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.nn.dinov2.Dinov2Config;
import io.drivedistill.nn.dinov2.PositionResize;
import io.drivedistill.nn.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentActionTrainingTest {
  private static final int STEPS = 8;

  @TempDir private static Path folder;

  private static final CodebookSettings LIVELY =
      new CodebookSettings(
          CodebookSettings.Start.EMBEDDINGS,
          CodebookSettings.Update.GRADIENT,
          2,
          CodebookSettings.RestartFrom.EMBEDDINGS);

  private static LatentActionSettings tiny(EnvironmentTokens tokens, double motionWeight) {
    return tiny(tokens, motionWeight, LIVELY);
  }

  private static LatentActionSettings tiny(
      EnvironmentTokens tokens, double motionWeight, CodebookSettings codebook) {
    Dinov2Config network =
        new Dinov2Config(16, 1, 2, 14, 3, 0, PositionResize.PLAIN, Dinov2Config.FeedForward.GELU);
    return new LatentActionSettings(
        new EyeConfig(28, 42, network, Optional.empty(), 1),
        new ActionTiming(0.5, 0.5, 3),
        new LatentActionConfig(16, 16, 2, 1, 1, 8, 16, 4, 0.25, true),
        4,
        tokens,
        motionWeight,
        true,
        true,
        codebook,
        1,
        new TrainingPlan(STEPS, 8, 2e-3, 1e-2, 2, 1, 4, 0),
        new TrainingPlan(STEPS, 8, 2e-3, 1e-2, 2, 1, 4, 0));
  }

  private static List<Recording> drives(boolean posed) throws IOException {
    List<Recording> recordings = new ArrayList<>();
    for (int d = 0; d < 2; d++) {
      RaycastDrive drive = new RaycastDrive(d, 12, 0.5);
      List<RecordedFrame> frames = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Path picture = folder.resolve("drive" + d + "-" + i + ".png");
        if (!Files.exists(picture)) {
          ImageIO.write(drive.picture(i, 84, 56), "png", picture.toFile());
        }
        frames.add(
            new RecordedFrame(
                d + "/" + i,
                picture,
                0.5 * i,
                posed ? Optional.of(drive.poses().get(i)) : Optional.empty()));
      }
      recordings.add(new Recording("drive" + d, frames));
    }
    return recordings;
  }

  private static ContentStore store() {
    return new ContentStore(folder.resolve("features"));
  }

  /** Stands for a killed process: fails after some steps of all tasks together. */
  private static Progress.Display dyingAfter(int steps) {
    int[] left = {steps};
    return (task, all) ->
        new Progress() {
          @Override
          public void step(long count) {
            if (!task.equals("frame features") && left[0]-- == 0) {
              throw new IllegalStateException("killed");
            }
          }

          @Override
          public void note(String text) {}

          @Override
          public void close() {}
        };
  }

  @Test
  void killedAnywhereItEndsWithTheSameModelAndLabels() throws Exception {
    LatentActionSettings settings = tiny(EnvironmentTokens.STAGE_1, 1);
    Path whole = folder.resolve("whole");
    LatentActionFolder.Health health =
        new LatentActionTraining(settings, 1, store(), Progress.silent())
            .train(drives(true), whole);
    assertThat(health.conditioned()).isTrue();
    assertThat(health.pairs()).isEqualTo(2 * 2 * 11);

    Path broken = folder.resolve("broken");
    for (int steps : new int[] {3, 6, 5, 5}) {
      assertThatThrownBy(
              () ->
                  new LatentActionTraining(settings, 1, store(), dyingAfter(steps))
                      .train(drives(true), broken))
          .hasMessageContaining("killed");
      assertThatThrownBy(() -> LatentActionFolder.open(broken))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("not finished");
    }
    new LatentActionTraining(settings, 1, store(), Progress.silent()).train(drives(true), broken);
    for (String file : List.of("environment.safetensors", "ego.safetensors", "health.json")) {
      assertThat(broken.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }

    SceneCodes codes =
        new SceneLabelling(LatentActionFolder.open(broken), store(), Progress.silent())
            .label(drives(false));
    assertThat(codes.scenes()).hasSize(2 * 9);
    assertThat(codes.of("1/3")).hasValueSatisfying(c -> assertThat(c).hasSize(12));
    assertThat(codes.of("1/9")).isEmpty();
    MotionProbe probe =
        MotionProbe.of(codes, drives(true).subList(0, 1), drives(true).subList(1, 2));
    assertThat(probe.trainScenes()).isEqualTo(9);
    assertThat(probe.toString()).contains("fitted on 9 scenes, scored on 9");
  }

  @Test
  void movedByAveragesFromClustersItIsContinuedAlike() throws Exception {
    LatentActionSettings settings =
        tiny(
            EnvironmentTokens.OWN,
            0,
            new CodebookSettings(
                CodebookSettings.Start.K_MEANS,
                CodebookSettings.Update.MOVING_AVERAGE,
                4,
                CodebookSettings.RestartFrom.CODEBOOK));
    Path whole = folder.resolve("averages");
    new LatentActionTraining(settings, 1, store(), Progress.silent()).train(drives(false), whole);
    Path broken = folder.resolve("averages-broken");
    assertThatThrownBy(
            () ->
                new LatentActionTraining(settings, 1, store(), dyingAfter(STEPS + 5))
                    .train(drives(false), broken))
        .hasMessageContaining("killed");
    new LatentActionTraining(settings, 1, store(), Progress.silent()).train(drives(false), broken);
    assertThat(broken.resolve("ego.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("ego.safetensors"));
  }

  @Test
  void codesMoveTowardsTheMeanOfWhatTookThem() {
    float[][] codes = {{0, 0}, {1, 1}, {5, 5}};
    float[][] points = {{2, 0}, {4, 2}, {1, 3}};
    float[][] moved = CodebookCare.movedToMeans(codes, points, new long[] {0, 0, 1});
    assertThat(moved[0]).containsExactly(0.03f, 0.01f);
    assertThat(moved[1]).containsExactly(1, 1.02f);
    assertThat(moved[2]).containsExactly(5, 5);
  }

  @Test
  void clustersAreFoundWhateverTheOrder() {
    java.util.SplittableRandom random = new java.util.SplittableRandom(4);
    double[][] points = new double[90][];
    for (int i = 0; i < points.length; i++) {
      double[][] corners = {{0, 0, 9}, {9, 0, 0}, {0, 9, 0}};
      points[i] = corners[i % 3].clone();
      points[i][1] += random.nextDouble(-0.1, 0.1);
    }
    double[][] centres = KMeans.centres(points, 3, 20, 7);
    assertThat(KMeans.centres(points, 3, 20, 7)).isDeepEqualTo(centres);
    assertThat(List.of(centres))
        .anySatisfy(c -> assertThat(c[2]).isCloseTo(9, within(0.01)))
        .anySatisfy(c -> assertThat(c[0]).isCloseTo(9, within(0.01)))
        .anySatisfy(c -> assertThat(c[1]).isCloseTo(9, within(0.1)));
  }

  @Test
  void anotherModelIsNotWrittenOver() throws Exception {
    Path taken = folder.resolve("taken");
    LatentActionSettings published = tiny(EnvironmentTokens.OWN, 0);
    LatentActionFolder.Health health =
        new LatentActionTraining(published, 1, store(), Progress.silent())
            .train(drives(false), taken);
    assertThat(health.conditioned()).isFalse();
    assertThatThrownBy(
            () ->
                new LatentActionTraining(
                        tiny(EnvironmentTokens.STAGE_1, 0), 1, store(), Progress.silent())
                    .train(drives(false), taken))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("other settings or recordings");
    assertThat(LatentActionFolder.open(taken).settings()).isEqualTo(published);
  }

  @Test
  void mirroredFeaturesAreThoseOfTheMirroredPicture() throws Exception {
    LatentActionSettings settings = tiny(EnvironmentTokens.OWN, 0);
    try (FrameEye eye = FrameEye.open(settings.eye())) {
      java.awt.image.BufferedImage picture = new RaycastDrive(3, 2, 0.5).picture(0, 84, 56);
      java.awt.image.BufferedImage mirror =
          new java.awt.image.BufferedImage(84, 56, java.awt.image.BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < 56; y++) {
        for (int x = 0; x < 84; x++) {
          mirror.setRGB(83 - x, y, picture.getRGB(x, y));
        }
      }
      float[] seen = eye.look(List.of(eye.scaled(picture)), true);
      float[] expected = eye.look(List.of(eye.scaled(mirror)), false);
      assertThat(seen).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
      assertThat(seen).isNotEqualTo(eye.look(List.of(eye.scaled(picture)), false));
    }
  }

  @Test
  void settingsThatCouldNotBeContinuedAreRefused() {
    LatentActionSettings good = tiny(EnvironmentTokens.OWN, 0);
    assertThatThrownBy(
            () ->
                new LatentActionSettings(
                    good.eye(),
                    good.timing(),
                    good.model(),
                    4,
                    EnvironmentTokens.OWN,
                    0,
                    true,
                    true,
                    new CodebookSettings(
                        CodebookSettings.Start.UNIFORM,
                        CodebookSettings.Update.GRADIENT,
                        3,
                        CodebookSettings.RestartFrom.CODEBOOK),
                    1,
                    good.environment(),
                    good.ego()))
        .hasMessageContaining("multiple of restartEverySteps 3");
  }
}
