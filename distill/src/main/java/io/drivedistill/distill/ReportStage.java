package io.drivedistill.distill;

import io.drivedistill.core.Provenance;
import io.drivedistill.core.Stage;
import io.drivedistill.distill.report.HtmlReport;
import io.drivedistill.distill.report.ReportModel;
import io.drivedistill.distill.report.ReportModel.Agent;
import io.drivedistill.distill.report.ReportModel.Difference;
import io.drivedistill.distill.report.ReportModel.Interval;
import io.drivedistill.distill.report.ReportModel.SubScore;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelCard;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.teacher.action.TeacherEvaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts everything that a run found on one page: {@value #REPORT_FILE}. */
final class ReportStage {
  private static final String NAME = "report";
  private static final int CODE_VERSION = 2;
  static final String REPORT_FILE = "report.html";

  private static final String BASELINE = StudentStage.agentName(GuidanceKind.NONE);
  private static final String GUIDED = StudentStage.agentName(GuidanceKind.TEACHER);
  private static final String DISTILLED = StudentStage.agentName(GuidanceKind.DISTILLED);

  private static final Map<String, String> SUB_SCORES =
      Map.of(
          "no_at_fault_collisions", "NC",
          "drivable_area_compliance", "DAC",
          "ego_progress", "EP",
          "time_to_collision_within_bound", "TTC",
          "comfort", "Comfort",
          "driving_direction_compliance", "DDC");

  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          ScoreStage.HUMAN,
          "the recorded driver",
          ScoreStage.CONSTANT_VELOCITY,
          "keeps speed and heading",
          BASELINE,
          "student (a), no teacher",
          GUIDED,
          "student (b), the frozen teacher beside it",
          DISTILLED,
          "student (c), a decision transformer in the teacher's place");

  private final RunContext context;

  ReportStage(RunContext context) {
    this.context = context;
  }

  /** What is reported: the results of these stages. */
  record Results(
      Stage latentAction,
      Stage codes,
      Stage teacher,
      Map<GuidanceKind, Stage> students,
      Stage score,
      Stage export) {
    Stage[] all() {
      List<Stage> all = new ArrayList<>(List.of(latentAction, codes, teacher));
      all.addAll(students.values());
      all.add(score);
      all.add(export);
      return all.toArray(Stage[]::new);
    }
  }

  Stage run(Results results, List<ReportModel.Codebook> codebooks, SceneGallery gallery) {
    record Inputs(String name, ScoreSettings score) {}
    return context
        .directory()
        .stage(
            NAME,
            Stage.key(
                NAME,
                CODE_VERSION,
                new Inputs(context.experiment().name(), context.experiment().score()),
                results.all()),
            folder -> write(folder, results, codebooks, gallery));
  }

  private void write(
      Path folder, Results results, List<ReportModel.Codebook> codebooks, SceneGallery gallery) {
    ScoreTable table = ScoreStage.table(results.score());
    ModelCard card = ExportStage.card(results.export());
    TeacherEvaluation teacher = TeacherStage.evaluation(results.teacher());
    PairedBootstrap bootstrap =
        new PairedBootstrap(
            context.experiment().score().bootstrapResamples(), context.experiment().seed());
    List<Difference> differences =
        List.of(
            difference(table, bootstrap, DISTILLED, BASELINE),
            difference(table, bootstrap, GUIDED, BASELINE),
            difference(table, bootstrap, DISTILLED, GUIDED));
    ReportModel model =
        new ReportModel(
            context.experiment().name(),
            summary(table, card),
            findings(table, differences, teacher, card, ScoreStage.displacements(results.score())),
            table.names().stream().map(agent -> row(table, bootstrap, agent, card)).toList(),
            differences,
            card.latency().stream().map(ReportStage::latency).toList(),
            card.precisions().stream().map(ReportStage::precision).toList(),
            new LossCharts(
                    LatentActionStage.trainings(results.latentAction()),
                    results.teacher(),
                    results.students())
                .charts(),
            codebooks,
            tokens(teacher),
            gallery.legend(),
            gallery.scenes(table, ScoreStage.plans(results.score()), DISTILLED, BASELINE),
            provenance(),
            List.of("./drivedistill run <this experiment's file>"));
    HtmlReport.write(model, folder.resolve(REPORT_FILE));
    context.tell().accept("Report: " + folder.resolve(REPORT_FILE).toAbsolutePath());
  }

  private static Difference difference(
      ScoreTable table, PairedBootstrap bootstrap, String better, String worse) {
    PairedBootstrap.Interval found =
        bootstrap.difference(scores(table, better), scores(table, worse));
    return new Difference(better, worse, interval(found), found.count() + " scenes, one seed");
  }

  private static double[] scores(ScoreTable table, String agent) {
    return table.column(agent, ScoreTable.SCORE).values().stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private static Interval interval(PairedBootstrap.Interval found) {
    return new Interval(
        found.mean(), Math.min(found.low(), found.mean()), Math.max(found.high(), found.mean()));
  }

  private static Agent row(
      ScoreTable table, PairedBootstrap bootstrap, String agent, ModelCard card) {
    double[] scores = scores(table, agent);
    List<SubScore> parts = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      String column = table.columns().get(i);
      if (SUB_SCORES.containsKey(column)) {
        parts.add(new SubScore(SUB_SCORES.get(column), table.means(agent).get(i)));
      }
    }
    return new Agent(
        agent,
        DESCRIPTIONS.getOrDefault(agent, agent),
        scores.length,
        interval(bootstrap.mean(scores)),
        parts,
        agent.equals(DISTILLED)
            ? Optional.of(card.latency().get(0).backToBack().p50Ms())
            : Optional.empty());
  }

  private static ReportModel.Latency latency(LatencyBench.Report report) {
    LatencyBench.Distribution times = report.backToBack();
    return new ReportModel.Latency(
        report.title(), times.p50Ms(), times.p90Ms(), times.p99Ms(), times.maxMs());
  }

  private static ReportModel.Precision precision(ModelCard.PrecisionResult result) {
    return new ReportModel.Precision(
        result.precision().name(),
        result.weightBytes() / 1e6,
        result.largestRelative(),
        result.largestChangeM(),
        result.score().orElseThrow(),
        result.latency().backToBack().p50Ms());
  }

  private static List<ReportModel.TokenAccuracy> tokens(TeacherEvaluation teacher) {
    List<ReportModel.TokenAccuracy> tokens = new ArrayList<>();
    for (int i = 0; i < teacher.positions().size(); i++) {
      TeacherEvaluation.Position position = teacher.positions().get(i);
      tokens.add(
          new ReportModel.TokenAccuracy(
              "code " + (i + 1), position.accuracy(), position.majorityAccuracy()));
    }
    return tokens;
  }

  private String summary(ScoreTable table, ModelCard card) {
    String source =
        context.experiment().data().synthetic().isPresent()
            ? "synthetic towns in NAVSIM's layout"
            : "NAVSIM logs";
    return String.format(
        Locale.ROOT,
        "A student (%s, %,d parameters%s) was trained on %s without a teacher, with a frozen"
            + " Qwen2.5-VL teacher beside it, and with a decision transformer that learnt from the"
            + " teacher in its place. All were scored with %s on %d scenes of held-out towns.",
        context.experiment().student().choice().kind().name(),
        card.parameters(),
        context
            .experiment()
            .student()
            .startFrom()
            .map(file -> ", starting from the weights of " + file.getFileName())
            .orElse(""),
        source,
        table.scorer(),
        table.column(DISTILLED, ScoreTable.SCORE).size());
  }

  private static List<String> findings(
      ScoreTable table,
      List<Difference> differences,
      TeacherEvaluation teacher,
      ModelCard card,
      List<Displacement> displacements) {
    Difference gain = differences.get(0);
    String verdict =
        gain.difference().low() > 0
            ? "above"
            : gain.difference().high() < 0 ? "below" : "not distinguishable from";
    return List.of(
        String.format(
            Locale.ROOT,
            "The distilled student scores %.1f PDMS, the baseline %.1f: the difference of %+.1f (95"
                + " %% interval %+.1f to %+.1f over scenes) is %s zero for this seed; another seed"
                + " can say otherwise, 'drivedistill compare' sets several against each other.",
            100 * table.meanScore(DISTILLED),
            100 * table.meanScore(BASELINE),
            100 * gain.difference().mean(),
            100 * gain.difference().low(),
            100 * gain.difference().high(),
            verdict),
        String.format(
            Locale.ROOT,
            "The teacher predicts %.0f %% of the latent action codes of held-out scenes; always"
                + " saying the most frequent code gets %.0f %%.",
            100 * teacher.accuracy(),
            100 * teacher.majorityAccuracy()),
        "Distance to what people drove, mean over poses and scenes: "
            + displacements.stream()
                .map(student -> student.line().replaceAll(" +", " "))
                .collect(Collectors.joining("; "))
            + ".",
        String.format(
            Locale.ROOT,
            "The exported student plans in %.1f ms (median, ONNX Runtime, %d threads) and equals"
                + " the trained network within %.0e of the output's magnitude.",
            card.latency().get(0).backToBack().p50Ms(),
            card.latency().get(0).threads(),
            card.parity().largestRelative()));
  }

  private List<ReportModel.Fact> provenance() {
    Provenance made = Provenance.capture(context.experiment().key(), context.experiment().seed());
    return List.of(
        new ReportModel.Fact("DriveDistill", made.toolVersion() + ", commit " + made.commit()),
        new ReportModel.Fact("Experiment key", made.configKey().brief()),
        new ReportModel.Fact("Seed", Long.toString(made.seed())),
        new ReportModel.Fact("Java", made.javaVersion()),
        new ReportModel.Fact(
            "Machine", made.operatingSystem() + ", " + made.processors() + " processors"),
        new ReportModel.Fact("Scorer", context.experiment().score().scorer()),
        new ReportModel.Fact("Made at", made.startedAt()));
  }
}
