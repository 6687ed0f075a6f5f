package io.drivedistill.student.transfuser;

import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.student.HumanTrajectory;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.Student;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What TransFuser is trained to say of a labelled scene (SPEC-transfuser section 3). Stateless. */
final class TransfuserTargets {
  private static final int STATE = 5;

  private TransfuserTargets() {}

  /** Targets by name, or nothing if the scene has too short a future or no annotations. */
  static Optional<Map<String, SampleTensor>> of(TransfuserConfig config, Scene scene, RoadMap map) {
    List<AnnotatedBox> boxes = scene.current().annotations().orElse(null);
    if (boxes == null || scene.future().size() < config.poses()) {
      return Optional.empty();
    }
    Map<String, SampleTensor> targets = new LinkedHashMap<>();
    targets.put(Student.TRAJECTORY, HumanTrajectory.of(scene, config.poses()));
    targets.putAll(agents(config, boxes));
    targets.put(
        Transfuser.BEV_SEMANTIC_MAP,
        SampleTensor.ofBytes(
            SemanticMap.of(config, map, Scene.egoInMap(scene.current()), boxes),
            config.bevRows(),
            config.bevColumns()));
    return Optional.of(targets);
  }

  /** The vehicles nearest to the ego within the grid, nearest first. */
  static Map<String, SampleTensor> agents(TransfuserConfig config, List<AnnotatedBox> boxes) {
    double rangeM = config.lidar().rangeM();
    List<AnnotatedBox> nearest =
        boxes.stream()
            .filter(box -> box.type() == ObjectType.VEHICLE)
            .filter(box -> Math.abs(box.centerInEgoM().x()) <= rangeM)
            .filter(box -> Math.abs(box.centerInEgoM().y()) <= rangeM)
            .sorted(Comparator.comparingDouble(TransfuserTargets::distance))
            .limit(config.agents())
            .toList();
    float[] states = new float[config.agents() * STATE];
    float[] labels = new float[config.agents()];
    for (int i = 0; i < nearest.size(); i++) {
      AnnotatedBox box = nearest.get(i);
      int at = i * STATE;
      states[at] = (float) box.centerInEgoM().x();
      states[at + 1] = (float) box.centerInEgoM().y();
      states[at + 2] = (float) box.headingInEgoRad();
      states[at + 3] = (float) box.lengthM();
      states[at + 4] = (float) box.widthM();
      labels[i] = 1;
    }
    Map<String, SampleTensor> targets = new LinkedHashMap<>();
    targets.put(Transfuser.AGENT_STATES, SampleTensor.ofFloats(states, config.agents(), STATE));
    targets.put(Transfuser.AGENT_LABELS, SampleTensor.ofFloats(labels, config.agents()));
    return targets;
  }

  private static double distance(AnnotatedBox box) {
    double x = box.centerInEgoM().x();
    double y = box.centerInEgoM().y();
    return Math.sqrt(x * x + y * y);
  }
}
