package io.drivedistill.teacher;

import io.drivedistill.navsim.log.DrivingCommand;
import java.util.List;

/**
 * What a teacher is shown of a scene: nothing later than the current time.
 *
 * @param token names the scene
 * @param clips one per camera, in the order of the configuration
 * @param motions own motion, oldest first, the last one from the current time
 * @param command navigation hint
 */
public record TeacherInput(
    String token, List<CameraClip> clips, List<EgoMotion> motions, DrivingCommand command) {
  /** Copies the lists. */
  public TeacherInput {
    clips = List.copyOf(clips);
    motions = List.copyOf(motions);
  }
}
