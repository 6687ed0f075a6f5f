package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.distill.Experiment;
import io.drivedistill.distill.ExperimentRun;
import io.drivedistill.distill.ExperimentRun.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same run with another planner in the experiment. */
class IpadRunTest {
  private static final String IPAD =
      """
        ipad:
          image: {cameras: [CAM_F0, CAM_L0], height: 54, width: 96}
          widths: [8, 8, 16, 16]
          blocks: [1, 1, 1, 1]
          proposals: 6
          poses: 8
          poseIntervalS: 0.5
          refinements: 2
          refiner: {channels: 32, feedForward: 48, layers: 1, dropout: 0.1}
          anchors: {halfLengthM: 2.838, halfWidthM: 1.2485, rearAxleToCentreM: 1.461, heights: 4, lowestM: -2, highestM: 6}
          foresight: {agents: true, areas: true}
          loss: {trajectory: 1, earlier: 0.1, diversity: 0, subScores: 0.1, finalScore: 1, agentValidity: 1, agentCorners: 0.1, areas: 2}
          behaviour: PAPER
      """;

  @TempDir private Path folder;

  @Test
  void ipadIsDistilledScoredAndExportedByTheSameRun() throws IOException {
    List<String> told = new ArrayList<>();
    Path model =
        ExperimentRun.execute(
            Experiment.read(SmallestExperiment.with(folder, IPAD)),
            Goal.EXPORT,
            Progress.silent(),
            told::add);
    assertThat(model.resolve("model").resolve("student.onnx")).exists();
    assertThat(told).anyMatch(line -> line.startsWith("distilled"));
    assertThat(told).anyMatch(line -> line.startsWith("Exported"));
    assertThat(Files.size(model.resolve("model").resolve("card.json"))).isPositive();
  }
}
