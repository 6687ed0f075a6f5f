package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.ScoreTableFile;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.Submission;
import io.drivedistill.navsim.submission.SubmissionPickle;
import io.drivedistill.navsim.submission.TrajectoryLines;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreCommandTest {
  @TempDir static Path data;
  private static List<Scene> scenes;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void synthesize() {
    SynthSpec spec =
        SynthSpec.of("tiny", 1, 5)
            .withTowns(1, 20)
            .withImages(32, 18, CameraName.CAM_F0)
            .withLidar(0);
    SyntheticDataset.write(List.of(spec), data, 1, Progress.silent());
    scenes =
        NavsimDataset.open(data, "tiny")
            .scenes(SceneFilter.standard().withFrameInterval(3))
            .toList();
  }

  @Test
  void trajectoriesBecomeATableAndMeans() {
    Path csv = folder.resolve("scores.csv");
    assertThat(score(csv, lines(false))).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("pdms-v1.1 on split 'tiny'")
        .contains("in " + scenes.size() + " of " + scenes.size() + " scenes")
        .contains("human")
        .doesNotContain("PARTIAL");
    ScoreTable table = ScoreTableFile.read(csv);
    assertThat(table.names()).containsExactly("human", "constant_velocity");
    assertThat(table.rows()).hasSize(2 * scenes.size());
    assertThat(table.unscored()).isZero();
  }

  @Test
  void anUnknownSceneFailsUnlessPartialIsAllowed() {
    Path csv = folder.resolve("scores.csv");
    Path file = lines(true);
    assertThat(score(csv, file)).isEqualTo(1);
    assertThat(err.toString()).contains("ffffffff: no scene of split 'tiny'").contains("Maybe ");
    assertThat(csv).doesNotExist();
    assertThat(score(csv, file, "--allow-partial")).isZero();
    assertThat(out.toString()).contains("PARTIAL: 1 scenes have no score");
    assertThat(ScoreTableFile.read(csv).unscored()).isEqualTo(1);
  }

  @Test
  void unknownScorersAreWrongUsage() {
    assertThat(score(folder.resolve("s.csv"), lines(false), "--scorer", "pdms")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown scorer 'pdms'; known: pdms-v1.1");
  }

  @Test
  void groupsOfTwoStagesBecomeATableOfTheirOwn() throws IOException {
    List<Scene> four =
        NavsimDataset.open(data, "tiny")
            .scenes(SceneFilter.standard().withFrameInterval(1))
            .limit(4)
            .toList();
    List<NamedTrajectory> plans = new ArrayList<>();
    four.forEach(s -> plans.add(new NamedTrajectory(s.token(), "human", s.humanTrajectory())));
    Path file = folder.resolve("plans.jsonl");
    TrajectoryLines.write(file, plans);
    Path groups = folder.resolve("two.yaml");
    String[] tokens = four.stream().map(Scene::token).toArray(String[]::new);
    Files.writeString(
        groups,
        String.format(
            "reactive_all_mapping: [['%s', '%s', [['%s', '%s']]]]",
            tokens[1], tokens[0], tokens[3], tokens[2]));
    Path csv = folder.resolve("two.csv");
    String scorer = "epdms-v2-two-stage";
    assertThat(score(csv, file, "--scorer", scorer, "--groups", groups.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains(scorer + " on split 'tiny': 1 results in 1 of 1 groups");
    ScoreTable table = ScoreTableFile.read(csv);
    assertThat(table.scorer()).isEqualTo(scorer);
    assertThat(table.split()).isEqualTo("tiny/two");
    assertThat(table.columns()).hasSize(21).endsWith("score_stage_two", "score");
    double first = table.means("human").get(table.columns().indexOf("score_stage_one"));
    double second = table.means("human").get(table.columns().indexOf("score_stage_two"));
    assertThat(table.meanScore("human")).isBetween(0.0, Math.max(first, second));

    Path single = folder.resolve("single.csv");
    assertThat(score(single, file, "--scorer", "epdms-v2")).isZero();
    assertThat(
            run(
                "compare",
                csv.toString(),
                single.toString(),
                "--agent",
                "human",
                "--with",
                "human"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("Scores of epdms-v2-two-stage cannot be compared");

    assertThat(score(csv, file, "--scorer", scorer)).isEqualTo(2);
    assertThat(err.toString()).contains("--groups FILE.yaml and --scorer epdms-v2-two-stage");
    TrajectoryLines.write(file, plans.subList(0, 3));
    assertThat(score(csv, file, "--scorer", scorer, "--groups", groups.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("1 of 1 groups could not be scored")
        .contains("scene " + tokens[3] + " of its group: no trajectory in");
  }

  @Test
  void submissionPicklesAreScoredToo() {
    Map<String, Trajectory> plans = new LinkedHashMap<>();
    scenes.forEach(scene -> plans.put(scene.token(), scene.humanTrajectory()));
    Path pickle = folder.resolve("submission.pkl");
    SubmissionPickle.write(
        pickle, new Submission("team", List.of("a"), "a@b", "i", "c", List.of(plans)));
    Path csv = folder.resolve("scores.csv");
    assertThat(score(csv, pickle, "--scorer", "epdms-v2")).as(err.toString()).isZero();
    assertThat(ScoreTableFile.read(csv).names()).containsExactly("prediction");
    assertThat(ScoreTableFile.read(csv).scorer()).isEqualTo("epdms-v2");
  }

  @Test
  void cachesAreKeptAndBadInputIsNamed() throws IOException {
    Path csv = folder.resolve("scores.csv");
    String cache = folder.resolve("cache").toString();
    assertThat(score(csv, lines(false), "--cache", cache)).as(err.toString()).isZero();
    String first = Files.readString(csv);
    assertThat(score(csv, lines(false), "--cache", cache)).as(err.toString()).isZero();
    assertThat(Files.readString(csv)).isEqualTo(first);
    assertThat(score(csv, lines(false), "--cache", cache, "--scorer", "epdms-v2")).isEqualTo(1);
    assertThat(err.toString()).contains("holds caches for pdms-v1.1");

    String line = Files.readString(lines(false)).lines().findFirst().orElseThrow();
    Path bad = folder.resolve("bad.jsonl");
    Files.writeString(bad, line + "\n" + line.replaceFirst("\\[\\[[^,]*,", "[[NaN,"));
    assertThat(score(csv, bad)).isEqualTo(1);
    assertThat(err.toString()).contains("bad.jsonl, line 2: not valid JSON");
    Files.writeString(bad, line.replaceFirst("\"interval\":0.5", "\"interval\":0.1"));
    assertThat(score(csv, bad)).isZero();
    assertThat(out.toString()).contains("1 of 1 trajectories do not end 4 s ahead");
    Files.write(bad, new byte[] {(byte) 0x80, 4, '}'});
    assertThat(score(csv, bad)).isEqualTo(1);
    assertThat(err.toString()).contains("damaged or no NAVSIM submission");
  }

  @Test
  void explainDrawsTheSceneAndSaysWhy() {
    Path png = folder.resolve("scene.png");
    String token = scenes.get(0).token();
    assertThat(run("explain", "--data", data.toString(), token, "--out", png.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("Scene " + token)
        .contains("human (blue): pdms-v1.1 ")
        .contains("time_to_collision_within_bound");
    assertThat(png).isNotEmptyFile();
    assertThat(
            run(
                "explain",
                "--data",
                data.toString(),
                token,
                "--out",
                png.toString(),
                "--scorer",
                "epdms-v2"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("human (blue): epdms-v2 ")
        .contains("two_frame_extended_comfort      needs the frame before");
    assertThat(run("explain", "--data", data.toString(), "nosuchtoken")).isEqualTo(1);
    assertThat(err.toString()).contains("no scene nosuchtoken").contains("[tiny]");
    assertThat(Files.exists(Path.of("nosuchtoken.png"))).isFalse();
  }

  private Path lines(boolean withUnknownScene) {
    List<NamedTrajectory> plans = new ArrayList<>();
    for (Scene scene : scenes) {
      plans.add(new NamedTrajectory(scene.token(), "human", scene.humanTrajectory()));
      plans.add(
          new NamedTrajectory(
              scene.token(), "constant_velocity", scene.constantVelocityTrajectory()));
    }
    if (withUnknownScene) {
      plans.add(new NamedTrajectory("ffffffff", "human", scenes.get(0).humanTrajectory()));
    }
    Path file = folder.resolve("plans.jsonl");
    TrajectoryLines.write(file, plans);
    return file;
  }

  private int score(Path csv, Path lines, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("score", "--data", data.toString(), "--split", "tiny"));
    arguments.addAll(List.of("--trajectories", lines.toString(), "--out", csv.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
