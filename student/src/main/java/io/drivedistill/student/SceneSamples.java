package io.drivedistill.student;

import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import java.util.Map;
import java.util.Optional;

/**
 * Prepares scenes for one student. Thread-safe, so that scenes can be prepared in the background;
 * the result depends on nothing but the scene and the student's sizes.
 */
public interface SceneSamples {
  /**
   * What a planner in a car has, by the names of {@link Student#inputs}.
   *
   * @throws io.drivedistill.core.DriveDistillException if a file of the scene is missing or damaged
   */
  Map<String, SampleTensor> inputs(NavsimDataset dataset, Scene scene);

  /**
   * What the planner should say, by the names of {@link Student#targets}; empty where the scene has
   * no annotations or too short a future.
   *
   * @throws io.drivedistill.core.DriveDistillException if a file of the scene is missing or damaged
   */
  Optional<Map<String, SampleTensor>> targets(NavsimDataset dataset, Scene scene);

  /** Inputs and, where there are any, targets. */
  default StudentSample of(NavsimDataset dataset, Scene scene) {
    return new StudentSample(scene.token(), inputs(dataset, scene), targets(dataset, scene));
  }

  /** Both from functions. */
  static SceneSamples of(Inputs inputs, Targets targets) {
    return new SceneSamples() {
      @Override
      public Map<String, SampleTensor> inputs(NavsimDataset dataset, Scene scene) {
        return inputs.of(dataset, scene);
      }

      @Override
      public Optional<Map<String, SampleTensor>> targets(NavsimDataset dataset, Scene scene) {
        return targets.of(dataset, scene);
      }
    };
  }

  /** Makes inputs. */
  @FunctionalInterface
  interface Inputs {
    /** See {@link SceneSamples#inputs}. */
    Map<String, SampleTensor> of(NavsimDataset dataset, Scene scene);
  }

  /** Makes targets. */
  @FunctionalInterface
  interface Targets {
    /** See {@link SceneSamples#targets}. */
    Optional<Map<String, SampleTensor>> of(NavsimDataset dataset, Scene scene);
  }
}
