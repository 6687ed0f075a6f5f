package io.drivedistill.teacher.cache;

import io.drivedistill.core.ContentKey;
import io.drivedistill.teacher.TeacherInput;
import java.util.List;

/** Scenes whose features are to be kept. */
public interface CacheSource {
  /** Names of the scenes, each once, in a fixed order. */
  List<String> tokens();

  /**
   * Names everything a scene's input is made of, image bytes included; cheap in comparison with
   * reading it.
   */
  ContentKey contentOf(String token);

  /** Reads a scene. */
  TeacherInput read(String token);
}
