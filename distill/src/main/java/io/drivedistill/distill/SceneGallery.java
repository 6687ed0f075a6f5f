package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.distill.report.Picture;
import io.drivedistill.distill.report.ReportModel;
import io.drivedistill.navsim.birdseye.BirdsEyePicture;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.score.ScoreExplanation;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.student.GuidanceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures of the scenes in which one student was better or worse than another by the most. */
final class SceneGallery {
  private static final int SCENES_PER_END = 3;
  private static final int PICTURE_PX = 560;
  private static final double PICTURE_M = 70;

  private static final Map<String, Integer> COLOURS = colours();

  private final NavsimDataset dataset;
  private final List<Scene> scenes;

  /** The scenes to choose from. */
  SceneGallery(NavsimDataset dataset, List<Scene> scenes) {
    this.dataset = dataset;
    this.scenes = scenes;
  }

  private static Map<String, Integer> colours() {
    Map<String, Integer> colours = new LinkedHashMap<>();
    colours.put(ScoreStage.HUMAN, 0x2E8B57);
    colours.put(StudentStage.agentName(GuidanceKind.NONE), 0xC03A2B);
    colours.put(StudentStage.agentName(GuidanceKind.TEACHER), 0x8E44AD);
    colours.put(StudentStage.agentName(GuidanceKind.DISTILLED), 0x1F6FB2);
    return colours;
  }

  /** Colours of the drawn trajectories. */
  List<ReportModel.Colour> legend() {
    return COLOURS.entrySet().stream()
        .map(
            entry ->
                new ReportModel.Colour(entry.getKey(), String.format("#%06x", entry.getValue())))
        .toList();
  }

  /** The best and the worst scenes of {@code agent} in comparison with {@code other}. */
  List<ReportModel.Scene> scenes(
      ScoreTable table, Map<String, Map<String, Trajectory>> plans, String agent, String other) {
    Map<String, Double> own = table.column(agent, ScoreTable.SCORE);
    Map<String, Double> others = table.column(other, ScoreTable.SCORE);
    List<Scene> byGain =
        scenes.stream()
            .sorted(
                Comparator.comparingDouble((Scene s) -> others.get(s.token()) - own.get(s.token()))
                    .thenComparing(Scene::token))
            .toList();
    List<ReportModel.Scene> cards = new ArrayList<>();
    int count = Math.min(SCENES_PER_END, byGain.size() / 2);
    for (int i = 0; i < count; i++) {
      cards.add(card(agent + " gains most, " + (i + 1), byGain.get(i), plans));
    }
    for (int i = 0; i < count; i++) {
      Scene scene = byGain.get(byGain.size() - 1 - i);
      cards.add(card(agent + " loses most, " + (i + 1), scene, plans));
    }
    return cards;
  }

  private ReportModel.Scene card(
      String title, Scene scene, Map<String, Map<String, Trajectory>> plans) {
    MetricCache cache = MetricCacheBuilder.build(scene, dataset.map(scene.mapLocation()));
    BirdsEyePicture picture =
        new BirdsEyePicture(scene, dataset.map(scene.mapLocation()), PICTURE_PX, PICTURE_M);
    List<ReportModel.SceneScore> scores = new ArrayList<>();
    COLOURS.forEach(
        (agent, colour) -> {
          Trajectory plan = plans.get(agent).get(scene.token());
          picture.drawTrajectory(plan, colour);
          PdmScore score = PdmScorer.score(cache, plan);
          String reason = String.join("; ", ScoreExplanation.losses(score, token -> "an object"));
          scores.add(new ReportModel.SceneScore(agent, score.score(), reason));
        });
    return new ReportModel.Scene(
        title,
        scene.token(),
        "Log " + scene.logName() + ", command " + scene.current().drivingCommand() + ".",
        scores,
        Picture.png(picture.toPng()),
        camera(scene));
  }

  private Optional<Picture> camera(Scene scene) {
    return scene
        .current()
        .camera(CameraName.CAM_F0)
        .map(view -> Picture.jpeg(bytes(dataset.imageFile(view))));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the picture " + file + ": " + e.getMessage(),
          "Maybe the sensor files were moved since the run began.",
          e);
    }
  }
}
