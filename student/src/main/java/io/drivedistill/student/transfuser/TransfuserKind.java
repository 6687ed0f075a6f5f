package io.drivedistill.student.transfuser;

import io.drivedistill.nn.WeightsFile;
import io.drivedistill.student.SceneSamples;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets experiments name {@link Transfuser}. */
public final class TransfuserKind implements StudentKind<TransfuserConfig> {
  /** What the NAVSIM baselines' training framework puts before the names. */
  private static final String PREFIX = "agent._transfuser_model.";

  @Override
  public String name() {
    return "transfuser";
  }

  @Override
  public String description() {
    return "TransFuser: front cameras and LiDAR (or a learned constant), one planned trajectory.";
  }

  @Override
  public Map<String, TransfuserConfig> presets() {
    Map<String, TransfuserConfig> presets = new LinkedHashMap<>();
    presets.put("published", TransfuserConfig.published());
    presets.put("published-latent", TransfuserConfig.publishedLatent());
    presets.put("quickstart", TransfuserConfig.quickstart());
    return presets;
  }

  @Override
  public Student create(TransfuserConfig config) {
    return new Transfuser(config);
  }

  @Override
  public WeightsFile weights(Path file) {
    return WeightsFile.at(file).withoutPrefix(PREFIX);
  }

  @Override
  public SceneSamples samples(TransfuserConfig config) {
    return new TransfuserSamples(config);
  }
}
