package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.latentaction.SceneCodes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LatentActionCommandTest {
  private static final int FRAMES = 24;

  private static final String SETTINGS =
      """
      eye:
        heightPixels: 28
        widthPixels: 42
        network: {width: 16, depth: 1, heads: 2, patchPixels: 14, trainedGrid: 3, registers: 0,
          resize: PLAIN, feedForward: GELU}
        randomSeed: 1
      timing: {pairS: 0.2, strideS: 0.1, intervals: 3}
      model: {featureWidth: 16, width: 16, heads: 2, encoderBlocks: 1, decoderBlocks: 1,
        codeWidth: 8, codes: 16, tokens: 4, commitmentWeight: 0.25, centredTokens: true}
      trajectoryPoses: 4
      environmentTokens: STAGE_1
      motionWeight: 1
      scaleFeatures: true
      mirrorPictures: true
      codebook: {start: EMBEDDINGS, update: GRADIENT, restartEverySteps: 2, restartFrom: EMBEDDINGS}
      smallestPerplexity: 1
      environment: {steps: 6, batchSize: 8, learningRate: 0.002,
        weightDecay: 0.01, warmupSteps: 2, gradientClipNorm: 1, checkpointEverySteps: 4,
        emaDecay: 0}
      ego: {steps: 6, batchSize: 8, learningRate: 0.002,
        weightDecay: 0.01, warmupSteps: 2, gradientClipNorm: 1, checkpointEverySteps: 4,
        emaDecay: 0}
      """;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A bar that drifts through the picture as the vehicle turns. */
  @BeforeEach
  void writeDrive() throws IOException {
    Path drive = Files.createDirectories(folder.resolve("drive/camera"));
    StringBuilder table = new StringBuilder("t,x_east,y_north,yaw\n");
    for (int i = 0; i < FRAMES; i++) {
      BufferedImage picture = new BufferedImage(84, 56, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < 56; y++) {
        for (int x = 0; x < 84; x++) {
          picture.setRGB(x, y, (x + i * i / 4) % 30 < 10 ? 0xE0D0A0 : 0x203060 + y);
        }
      }
      ImageIO.write(picture, "png", drive.resolve("%03d.png".formatted(i)).toFile());
      table.append(String.format(Locale.ROOT, "%.1f,%.2f,0,%.3f%n", 0.1 * i, 0.5 * i, 0.01 * i));
    }
    Files.writeString(folder.resolve("drive/ego.csv"), table);
    Files.writeString(folder.resolve("settings.yaml"), SETTINGS);
  }

  @Test
  void aFolderOfFramesIsLearntAndLabelled() {
    String drive = folder.resolve("drive").toString();
    String model = folder.resolve("model").toString();
    String[] train = {
      "latent-action",
      "train",
      "--frames",
      drive,
      "--out",
      model,
      "--hold-out",
      "0.8",
      "0.8",
      "--settings",
      folder.resolve("settings.yaml").toString()
    };
    assertThat(run(train)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("Ego codebook: ", "perplexity", "Held out: R² from codes", "scored on 4");
    assertThat(run(train)).as("a finished training is not repeated").isZero();
    Path labels = folder.resolve("codes.jsonl");
    String[] label = {
      "latent-action", "label", "--frames", drive, "--model", model, "--out", labels.toString()
    };
    assertThat(run(label)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("20 scenes with 12 codes each");
    assertThat(SceneCodes.read(labels).of("drive/003")).isPresent();
    Path inspected = folder.resolve("inspected");
    assertThat(
            run(
                "latent-action",
                "inspect",
                "--frames",
                drive,
                "--model",
                model,
                "--out",
                inspected.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("R2 to yaw rate, held out", "cruising", "by chance in");
    assertThat(inspected.resolve("inspection.json")).isNotEmptyFile();
  }

  @Test
  void missingModelAndMissingSourceAreExplained() {
    String drive = folder.resolve("drive").toString();
    assertThat(
            run("latent-action", "label", "--frames", drive, "--model", drive, "--out", "x.jsonl"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("Expected a trained latent action model", "Maybe run");
    assertThat(run("latent-action", "train", "--out", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("--frames");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
