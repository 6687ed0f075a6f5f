package io.drivedistill.distill;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Stage;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.TeacherSample;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.TeacherShape;
import io.drivedistill.teacher.action.NavsimScenes;
import io.drivedistill.teacher.action.QwenTeacher;
import io.drivedistill.teacher.action.SceneReader;
import io.drivedistill.teacher.action.TeacherView;
import io.drivedistill.teacher.cache.CachePlan;
import io.drivedistill.teacher.cache.CacheSource;
import io.drivedistill.teacher.cache.CacheWriter;
import io.drivedistill.teacher.cache.Compression;
import io.drivedistill.teacher.cache.FeatureCache;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the frozen teacher about every scene once and keeps what it said. */
final class FeatureStage {
  private static final String NAME = "teacher-features";
  private static final int CODE_VERSION = 1;
  private static final int SCENES_PER_SHARD = 256;

  private final RunContext context;
  private final DataStage data;

  FeatureStage(RunContext context, DataStage data) {
    this.context = context;
    this.data = data;
  }

  Stage run(Stage teacher) {
    DataSettings settings = context.experiment().data();
    record Inputs(SceneSelection labelled, SceneSelection unlabelled, SceneSelection heldOut) {}
    Inputs inputs = new Inputs(settings.labelled(), settings.unlabelled(), settings.heldOut());
    return context
        .directory()
        .repairedStage(
            NAME,
            context.tensorKey(NAME, CODE_VERSION, inputs, data.stage(), teacher),
            context.tell(),
            folder -> write(folder, teacher));
  }

  private void write(Path folder, Stage teacherStage) {
    try (QwenTeacher teacher = QwenTeacher.load(teacherStage.folder())) {
      CacheSource source = new Scenes(teacher.config().view());
      CachePlan plan = CachePlan.of(folder, teacher, source, SCENES_PER_SHARD);
      CacheWriter writer =
          new CacheWriter(
              teacher,
              source,
              teacher.config().training().batchSize(),
              context.experiment().teacher().compression().orElse(Compression.NONE));
      String time =
          writer
              .expected(plan)
              .map(all -> ", about " + Progress.duration(all.toMillis() * 1e-3))
              .orElse("");
      context.tell().accept("Teacher features: " + plan + time);
      try (Progress progress = context.display().open("Teacher features", plan.missingScenes())) {
        writer.write(plan, progress);
      }
    }
  }

  /** Every scene that a student learns from or is scored on, each once. */
  private final class Scenes implements CacheSource {
    private final Map<String, CacheSource> sources = new LinkedHashMap<>();

    Scenes(TeacherView view) {
      DataSettings settings = context.experiment().data();
      for (SceneSelection selection :
          List.of(settings.labelled(), settings.unlabelled(), settings.heldOut())) {
        CacheSource source =
            new NavsimScenes(
                new SceneReader(data.open(selection), view), data.scenes(selection).toList());
        source.tokens().forEach(token -> sources.putIfAbsent(token, source));
      }
    }

    @Override
    public List<String> tokens() {
      return List.copyOf(sources.keySet());
    }

    @Override
    public ContentKey contentOf(String token) {
      return sources.get(token).contentOf(token);
    }

    @Override
    public TeacherInput read(String token) {
      return sources.get(token).read(token);
    }
  }

  /** Opens what the teacher said. */
  static FeatureCache open(Stage stage) {
    return FeatureCache.open(stage.folder());
  }

  /** Sizes of what the teacher says, as students need them. */
  static GuidanceConfig.Teacher sizes(FeatureCache cache) {
    TeacherShape shape = cache.shape();
    return new GuidanceConfig.Teacher(
        shape.features(), shape.channels(), shape.tokens(), shape.codes());
  }

  /** What the teacher said of a scene, for a student's batch. */
  static Optional<TeacherSample> sample(FeatureCache cache, String token) {
    TeacherShape shape = cache.shape();
    FeatureCache.RecordedScene scene = cache.scene(token);
    return Optional.of(
        new TeacherSample(
            SampleTensor.ofFloats(scene.features(), shape.features(), shape.channels()),
            SampleTensor.ofFloats(scene.logProbabilities(), shape.tokens(), shape.codes())));
  }
}
