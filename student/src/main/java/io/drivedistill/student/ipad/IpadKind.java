package io.drivedistill.student.ipad;

import io.drivedistill.nn.WeightsFile;
import io.drivedistill.student.SceneSamples;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets experiments name {@link Ipad}. */
public final class IpadKind implements StudentKind<IpadConfig> {
  @Override
  public String name() {
    return "ipad";
  }

  @Override
  public String description() {
    return "iPad: cameras, many proposals refined where they would drive, one chosen by its score.";
  }

  @Override
  public Map<String, IpadConfig> presets() {
    Map<String, IpadConfig> presets = new LinkedHashMap<>();
    presets.put("published", IpadConfig.published());
    presets.put(
        "released-weights",
        IpadConfig.published().withBehaviour(IpadConfig.Behaviour.RELEASED_WEIGHTS));
    presets.put("quickstart", IpadConfig.quickstart());
    return presets;
  }

  @Override
  public Student create(IpadConfig config) {
    return new Ipad(config);
  }

  @Override
  public WeightsFile weights(Path file) {
    return IpadCheckpoint.at(file);
  }

  @Override
  public SceneSamples samples(IpadConfig config) {
    return new IpadSamples(config);
  }
}
