package io.drivedistill.student;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.NearestName;
import io.drivedistill.nn.WeightsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * A kind of student that experiments can name. Kinds are found with {@link ServiceLoader}: a jar on
 * the class path that names an implementation in {@code
 * META-INF/services/io.drivedistill.student.StudentKind} adds one.
 *
 * @param <C> record with the sizes, bound from an experiment's {@code student.backbone.NAME}
 */
public interface StudentKind<C extends Record> {
  /** The name in experiments, a lower-case word. */
  String name();

  /** One sentence for people. */
  String description();

  /** Sizes by name, the most telling first; at least one. */
  Map<String, C> presets();

  /**
   * The sizes of a preset.
   *
   * @throws DriveDistillException if there is none of this name
   */
  default C sizes(String preset) {
    Map<String, C> presets = presets();
    if (!presets.containsKey(preset)) {
      throw new DriveDistillException(
          "Student " + name() + " has no sizes '" + preset + "'; it has " + presets.keySet(),
          NearestName.of(preset, presets.keySet())
              .map(near -> "Maybe you meant '" + near + "'.")
              .orElse("Maybe 'student list' shows the one that you mean."));
    }
    return presets.get(preset);
  }

  /** The record that the sizes are bound to: the presets' class. */
  @SuppressWarnings("unchecked") // A preset is a C, and records have no subclasses.
  default Class<C> configType() {
    return (Class<C>) presets().values().iterator().next().getClass();
  }

  /** A student without weights. */
  Student create(C config);

  /**
   * Weights in the layout that this kind is published in; by default the student's own names.
   *
   * @param file safetensors or a PyTorch checkpoint
   */
  default WeightsFile weights(Path file) {
    return WeightsFile.at(file);
  }

  /** How scenes become what the student takes. */
  SceneSamples samples(C config);

  /** Every kind on the class path, sorted by name. */
  static List<StudentKind<?>> all() {
    List<StudentKind<?>> kinds = new ArrayList<>();
    for (StudentKind<?> kind : ServiceLoader.load(StudentKind.class)) {
      kinds.add(kind);
    }
    kinds.sort(Comparator.comparing(StudentKind::name));
    return kinds;
  }

  /**
   * The kind of a name.
   *
   * @throws DriveDistillException if there is none
   */
  static StudentKind<?> named(String name) {
    List<String> names = all().stream().map(StudentKind::name).toList();
    return all().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "There is no student '" + name + "'; known are " + names,
                    NearestName.of(name, names)
                        .map(near -> "Maybe you meant '" + near + "'.")
                        .orElse(
                            "Maybe the jar that brings it is not on the class path; put it into"
                                + " DRIVEDISTILL_PLUGINS.")));
  }
}
