package io.drivedistill.cli;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.birdseye.BirdsEyePicture;
import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.EpdmsCache;
import io.drivedistill.navsim.score.EpdmsScore;
import io.drivedistill.navsim.score.EpdmsScorer;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.score.ScoreExplanation;
import io.drivedistill.navsim.submission.PlannedScenes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one scene and why trajectories score there as they do. */
@Command(
    name = "explain",
    description = "Draw a scene from above and say what cost each trajectory points.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  private static final List<String> SCORERS = List.of(PdmScorer.NAME, EpdmsScorer.NAME);
  private static final int PICTURE_PX = 1000;
  private static final double PICTURE_M = 80;
  private static final int COLLISION_RGB = 0xD01030;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "TOKEN", description = "Token of the scene.")
  private String token;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Root of the data set.")
  private Path data;

  @Option(names = "--split", paramLabel = "NAME", description = "Default: all splits are searched.")
  private String split;

  @Option(
      names = "--trajectories",
      paramLabel = "FILE",
      description =
          "JSON Lines or pickle as for 'score'; default: the human's and constant velocity.")
  private Path trajectories;

  @Option(
      names = "--scorer",
      paramLabel = "NAME",
      defaultValue = PdmScorer.NAME,
      description = "pdms-v1.1 or epdms-v2; default: ${DEFAULT-VALUE}.")
  private String scorer;

  @Option(
      names = "--out",
      paramLabel = "FILE.png",
      description = "The picture; default: TOKEN.png in the current folder.")
  private Path out;

  private enum Ink {
    BLUE(0x0B6BB3),
    ORANGE(0xC8540A),
    GREEN(0x0A8A66),
    PURPLE(0xA8518F),
    OLIVE(0x7A6A00),
    GREY(0x4A4F57);

    private final int rgb;

    Ink(int rgb) {
      this.rgb = rgb;
    }

    static Ink of(int index) {
      return values()[index % values().length];
    }
  }

  @Override
  public Integer call() {
    if (!SCORERS.contains(scorer)) {
      throw new ParameterException(
          spec.commandLine(),
          "Unknown scorer '" + scorer + "'; explained are: " + String.join(", ", SCORERS));
    }
    List<String> splits = split == null ? new DatasetLayout(data).splits() : List.of(split);
    for (String name : splits) {
      NavsimDataset dataset = NavsimDataset.open(data, name);
      Optional<Scene> scene = dataset.scenes(anyWindowOf(token)).findFirst();
      if (scene.isPresent()) {
        explain(scene.get(), dataset.map(scene.get().mapLocation()));
        return 0;
      }
    }
    throw new DriveDistillException(
        "There is no scene " + token + " in the splits " + splits + " of " + data.toAbsolutePath(),
        "Maybe the token is misspelt, or its frame has no three frames before or ten after it.");
  }

  private static SceneFilter anyWindowOf(String token) {
    return new SceneFilter(
        4,
        10,
        OptionalInt.of(1),
        false,
        OptionalInt.of(1),
        Optional.empty(),
        Optional.of(Set.of(token)));
  }

  private void explain(Scene scene, RoadMap map) {
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.printf(
        "Scene %s of log %s, split '%s', %s, command %s%n",
        scene.token(),
        scene.logName(),
        scene.split(),
        scene.mapLocation(),
        scene.current().drivingCommand().name().toLowerCase(Locale.ROOT));
    Map<String, String> objects = objectNames(scene);
    Function<Trajectory, Verdict> judge = judge(scene, map, t -> objects.getOrDefault(t, t));
    BirdsEyePicture picture = new BirdsEyePicture(scene, map, PICTURE_PX, PICTURE_M);
    int index = 0;
    for (Map.Entry<String, Trajectory> plan : plans(scene).entrySet()) {
      Ink ink = Ink.of(index++);
      Verdict verdict = judge.apply(plan.getValue());
      picture.drawDriven(verdict.driven(), ink.rgb);
      picture.drawTrajectory(plan.getValue(), ink.rgb);
      verdict
          .reasons()
          .collision()
          .ifPresent(hit -> picture.outlineTrack(hit.trackToken(), COLLISION_RGB));
      print(terminal, plan.getKey(), ink, verdict);
    }
    Path file = out == null ? Path.of(token + ".png") : out;
    byte[] png = picture.toPng();
    AtomicFiles.writeFile(file, stream -> stream.write(png));
    terminal.println("Picture: " + file.toAbsolutePath().normalize());
  }

  private Map<String, Trajectory> plans(Scene scene) {
    Map<String, Trajectory> plans = new LinkedHashMap<>();
    if (trajectories == null) {
      plans.put("human", scene.humanTrajectory());
      plans.put("constant_velocity", scene.constantVelocityTrajectory());
      return plans;
    }
    try (PlannedScenes all = PlannedScenes.open(trajectories)) {
      plans.putAll(all.of(token));
    }
    if (plans.isEmpty()) {
      throw new DriveDistillException(
          trajectories.toAbsolutePath() + " has no trajectory for scene " + token,
          "Maybe the file belongs to another split.");
    }
    return plans;
  }

  private static Map<String, String> objectNames(Scene scene) {
    Map<String, String> names = new LinkedHashMap<>();
    for (Frame frame : scene.frames()) {
      for (AnnotatedBox box : frame.annotations().orElse(List.of())) {
        String type = box.type().logName().replace('_', ' ');
        names.putIfAbsent(box.trackToken(), type + " " + box.trackToken());
      }
    }
    return names;
  }

  /** What a scorer says about a trajectory. */
  private record Verdict(
      List<String> columns,
      List<Double> values,
      List<String> losses,
      PdmScore.Reasons reasons,
      List<double[]> driven) {}

  private Function<Trajectory, Verdict> judge(
      Scene scene, RoadMap map, Function<String, String> objectName) {
    if (scorer.equals(PdmScorer.NAME)) {
      MetricCache cache = MetricCacheBuilder.build(scene, map);
      return plan -> {
        PdmScore score = PdmScorer.score(cache, plan);
        return new Verdict(
            PdmScore.COLUMNS,
            score.values(),
            ScoreExplanation.losses(score, objectName),
            score.reasons(),
            PdmScorer.drive(cache, plan));
      };
    }
    EpdmsCache cache = EpdmsCache.build(scene, map);
    return plan ->
        new Verdict(
            EpdmsScore.COLUMNS,
            EpdmsScorer.score(cache, plan, Optional.empty()).values(),
            ScoreExplanation.losses(cache, plan, objectName),
            EpdmsScorer.reasons(cache, plan),
            PdmScorer.drive(cache.metricCache(), plan));
  }

  private void print(PrintWriter terminal, String name, Ink ink, Verdict verdict) {
    int last = verdict.columns().size() - 1;
    terminal.printf(
        Locale.ROOT,
        "%n%s (%s): %s %.4f%n",
        name,
        ink.name().toLowerCase(Locale.ROOT),
        scorer,
        verdict.values().get(last));
    for (int i = 0; i < last; i++) {
      double value = verdict.values().get(i);
      terminal.printf(
          "  %-31s %s%n",
          verdict.columns().get(i),
          Double.isNaN(value)
              ? "needs the frame before"
              : String.format(Locale.ROOT, "%.4f", value));
    }
    verdict.losses().forEach(loss -> terminal.println("  - " + loss));
  }
}
