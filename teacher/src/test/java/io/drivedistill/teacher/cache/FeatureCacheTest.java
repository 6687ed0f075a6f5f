package io.drivedistill.teacher.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.teacher.Teacher;
import io.drivedistill.teacher.TeacherContract;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.TeacherOutput;
import io.drivedistill.teacher.action.QwenTeacher;
import io.drivedistill.teacher.action.SmallTeachers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest extends TeacherContract {
  private static final int PER_SHARD = 4;

  private final Scenes scenes = new Scenes(10);
  private QwenTeacher teacher;
  private FeatureCache cache;
  @TempDir private Path folder;

  /** Scenes in memory that count how often they are read. */
  private static final class Scenes implements CacheSource {
    private final Map<String, TeacherInput> inputs = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final List<String> read = Collections.synchronizedList(new ArrayList<>());

    Scenes(int count) {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < count; i++) {
        inputs.put("scene" + i, SmallTeachers.scene(random, "scene" + i));
      }
    }

    @Override
    public List<String> tokens() {
      return List.copyOf(inputs.keySet());
    }

    @Override
    public ContentKey contentOf(String token) {
      return ContentKey.of("test")
          .text("token", token)
          .text("version", versions.getOrDefault(token, ""))
          .build();
    }

    @Override
    public TeacherInput read(String token) {
      read.add(token);
      return inputs.get(token);
    }
  }

  @BeforeEach
  void fill() {
    teacher = QwenTeacher.untrained(SmallTeachers.config(1), 2);
    write(plan());
    cache = FeatureCache.open(folder);
  }

  @AfterEach
  void close() {
    cache.close();
    teacher.close();
  }

  private CachePlan plan() {
    return CachePlan.of(folder, teacher, scenes, PER_SHARD);
  }

  private void write(CachePlan plan) {
    scenes.read.clear();
    write(plan, Compression.NONE);
  }

  private void write(CachePlan plan, Compression compression) {
    writer(3, compression).write(plan, Progress.silent().open("test", plan.scenes()));
  }

  private CacheWriter writer(int batchSize, Compression compression) {
    return new CacheWriter(teacher, scenes, batchSize, compression);
  }

  @Override
  protected Teacher teacher() {
    return new RecordedTeacher(cache);
  }

  @Override
  protected List<TeacherInput> inputs() {
    return List.copyOf(scenes.inputs.values());
  }

  @Test
  void answersAsTheTeacherDid() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TeacherOutput asked = teacher.infer(manager, inputs());
      TeacherOutput recorded = cache.read(manager, scenes.tokens());
      assertThat(recorded.features().sub(asked.features()).abs().max().getFloat())
          .isLessThan(5e-3f);
      assertThat(
              recorded
                  .codeLogProbabilities()
                  .sub(asked.codeLogProbabilities())
                  .abs()
                  .max()
                  .getFloat())
          .isLessThan(1e-4f);
      assertThat(cache.teacher()).isEqualTo(teacher.key());
    }
  }

  @Test
  void aFullCacheHasNothingLeftToDo() {
    CachePlan plan = plan();
    assertThat(plan.missing()).isEmpty();
    assertThat(plan).hasToString("0 of 10 scenes in 0 of 3 shards, 0 bytes, in " + folder);
    write(plan);
    assertThat(scenes.read).isEmpty();
  }

  @Test
  void onlyTheDamagedShardIsMadeAnew() throws Exception {
    byte[] before = Files.readAllBytes(Shard.dataFile(folder, 1));
    byte[] damaged = before.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(Shard.dataFile(folder, 1), damaged);
    try (FeatureCache reopened = FeatureCache.open(folder);
        NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> reopened.read(manager, List.of("scene5")))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("shard-00001")
          .hasMessageContaining("Maybe");
    }
    CachePlan plan = plan();
    assertThat(plan.missing()).containsExactly(1);
    assertThat(plan.toString())
        .contains("4 of 10 scenes in 1 of 3 shards (damaged: shard-00001.safetensors)");
    write(plan);
    assertThat(scenes.read).containsExactlyInAnyOrder("scene4", "scene5", "scene6", "scene7");
    assertThat(Files.readAllBytes(Shard.dataFile(folder, 1))).isEqualTo(before);
  }

  @Test
  void expectedTimeIsMeasuredOnAFewScenesBeforeAnythingIsWritten(@TempDir Path other) {
    CachePlan plan = CachePlan.of(other, teacher, scenes, PER_SHARD);
    scenes.read.clear();
    TensorLibrary.useThreads(Parallel.processors());
    assertThat(writer(1, Compression.NONE).expected(plan))
        .hasValueSatisfying(time -> assertThat(time).isPositive());
    assertThat(scenes.read).containsExactly(scenes.tokens().get(0), scenes.tokens().get(0));
    assertThat(other).isEmptyDirectory();
    assertThat(writer(5, Compression.NONE).expected(plan)).as("too few to ask").isEmpty();
  }

  @Test
  void compressedScenesAreReadOneByOneAndEqual() {
    Path other = folder.resolve("compressed");
    CachePlan plan = CachePlan.of(other, teacher, scenes, PER_SHARD);
    write(plan, Compression.ZSTD);
    try (FeatureCache compressed = FeatureCache.open(other)) {
      assertThat(compressed.shape()).isEqualTo(cache.shape());
      for (String token : List.of("scene9", "scene0", "scene5")) {
        FeatureCache.RecordedScene scene = compressed.scene(token);
        assertThat(scene.features()).isEqualTo(cache.scene(token).features());
        assertThat(scene.logProbabilities()).isEqualTo(cache.scene(token).logProbabilities());
      }
    }
    assertThat(CachePlan.of(other, teacher, scenes, PER_SHARD).missing()).isEmpty();
  }

  @Test
  void aKilledRunContinues() throws Exception {
    Files.delete(Shard.noteFile(folder, 2));
    assertThat(plan().missing()).containsExactly(2);
    Files.write(Shard.noteFile(folder, 0), new byte[] {'{'});
    assertThat(plan().missing()).containsExactly(0, 2);
    assertThat(plan().missingScenes()).isEqualTo(6);
  }

  @Test
  void changedInputsAreLookedAtAgain() {
    scenes.versions.put("scene9", "new picture");
    assertThat(plan().missing()).containsExactly(2);
  }

  @Test
  void anotherTeacherStartsAnew() {
    try (QwenTeacher other = QwenTeacher.untrained(SmallTeachers.config(1), 3)) {
      assertThat(CachePlan.of(folder, other, scenes, PER_SHARD).missing()).containsExactly(0, 1, 2);
    }
  }

  @Test
  void absentScenesAndCachesAreNamed() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> cache.read(manager, List.of("elsewhere")))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("elsewhere");
    }
    assertThatThrownBy(() -> FeatureCache.open(folder.resolve("nothing")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("no teacher features");
  }
}
