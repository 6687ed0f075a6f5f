package io.drivedistill.teacher.action;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.teacher.EgoMotion;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.cache.CacheSource;
import io.drivedistill.teacher.prompt.EncodedScene;
import io.drivedistill.teacher.prompt.PromptEncoder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A list of NAVSIM scenes as a teacher is shown them: to learn from, or to be cached. */
public final class NavsimScenes implements CacheSource {
  private final SceneReader reader;
  private final Map<String, Scene> scenes = new LinkedHashMap<>();
  private final Map<Path, ContentKey> pictures = new ConcurrentHashMap<>();

  /**
   * @param reader of the scenes' data set
   * @param scenes each once
   */
  public NavsimScenes(SceneReader reader, List<Scene> scenes) {
    this.reader = reader;
    for (Scene scene : scenes) {
      if (this.scenes.put(scene.token(), scene) != null) {
        throw new IllegalArgumentException("Scene " + scene.token() + " stands twice in the list");
      }
    }
  }

  @Override
  public List<String> tokens() {
    return List.copyOf(scenes.keySet());
  }

  /** Over the bytes of all pictures, the motions and the command. */
  @Override
  public ContentKey contentOf(String token) {
    Scene scene = scenes.get(token);
    ContentKey.Builder key =
        ContentKey.of("teacher input").text("command", scene.current().drivingCommand().name());
    for (EgoMotion motion : reader.motions(scene)) {
      key.number("speed", motion.speedMps())
          .number("acceleration", motion.accelerationMps2())
          .number("yaw rate", motion.yawRateRadps());
    }
    for (Path picture : reader.pictureFiles(scene)) {
      key.key("picture", pictures.computeIfAbsent(picture, ContentKey::ofFile));
    }
    return key.build();
  }

  @Override
  public TeacherInput read(String token) {
    return reader.read(scenes.get(token));
  }

  /**
   * Reads and encodes all scenes; they stay in memory, about 1.2 kB per patch.
   *
   * @param threads threads to use; the result does not depend on it
   * @param progress is stepped by scenes
   * @throws io.drivedistill.core.DriveDistillException if a scene cannot be read
   */
  public List<EncodedScene> encodeAll(PromptEncoder encoder, int threads, Progress progress) {
    return Parallel.map(
        threads,
        List.copyOf(scenes.values()),
        scene -> {
          EncodedScene encoded = encoder.encode(reader.read(scene));
          progress.step(1);
          return encoded;
        });
  }
}
