package io.drivedistill.teacher.prompt;

import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.DrivingCommand;
import io.drivedistill.teacher.CameraClip;
import io.drivedistill.teacher.EgoMotion;
import io.drivedistill.teacher.TeacherInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the teacher is asked: the cameras' clips, then the own motion and the navigation hint in
 * words. Numbers are rounded, so that a small vocabulary can hold every phrase. The wording is
 * ours; the paper's is not known.
 *
 * @param chat whether the published chat template stands around it
 */
public record DrivingPrompt(boolean chat) {
  /** Changes whenever the wording does: features made with other words are other features. */
  public static final String VERSION = "1";

  private static final double DEGREES = 180 / Math.PI;
  private static final Scale SPEED = new Scale("speed", 0, 25, 0.5);
  private static final Scale YAW_RATE = new Scale("turning", -40, 40, 2);
  private static final Scale ACCELERATION = new Scale("acceleration", -6, 6, 0.5);
  private static final String SYSTEM =
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n";
  private static final String QUESTION = "<|im_end|>\n<|im_start|>assistant\n";

  /** A part of the prompt, in reading order. */
  public sealed interface Part {}

  /** Text. */
  public record Words(String text) implements Part {}

  /** A clip. */
  public record Sight(CameraClip clip) implements Part {}

  /** A rounded quantity: m/s, degrees per second, m/s². */
  private record Scale(String name, double smallest, double largest, double step) {
    String say(double value) {
      double bounded = Math.max(smallest, Math.min(largest, value));
      return phrase(Math.round(bounded / step));
    }

    private String phrase(long steps) {
      return String.format(Locale.ROOT, "%s %.1f", name, steps * step);
    }

    void addPhrases(List<String> phrases) {
      for (long i = Math.round(smallest / step); i <= Math.round(largest / step); i++) {
        phrases.add(phrase(i));
      }
    }
  }

  /** The parts in front of the action tokens. */
  public List<Part> parts(TeacherInput input) {
    List<Part> parts = new ArrayList<>();
    if (chat) {
      parts.add(new Words(SYSTEM));
    }
    for (CameraClip clip : input.clips()) {
      parts.add(new Words(name(clip.camera())));
      parts.add(new Sight(clip));
    }
    List<String> phrases = new ArrayList<>();
    for (EgoMotion motion : input.motions()) {
      phrases.add(SPEED.say(motion.speedMps()));
      phrases.add(YAW_RATE.say(motion.yawRateRadps() * DEGREES));
    }
    EgoMotion current = input.motions().get(input.motions().size() - 1);
    phrases.add(ACCELERATION.say(current.accelerationMps2()));
    phrases.add(name(input.command()));
    parts.add(new Words(String.join(", ", phrases)));
    if (chat) {
      parts.add(new Words(QUESTION));
    }
    return parts;
  }

  private static String name(CameraName camera) {
    return switch (camera) {
      case CAM_F0 -> "front camera";
      case CAM_L0 -> "front left camera";
      case CAM_L1 -> "left camera";
      case CAM_L2 -> "rear left camera";
      case CAM_R0 -> "front right camera";
      case CAM_R1 -> "right camera";
      case CAM_R2 -> "rear right camera";
      case CAM_B0 -> "rear camera";
    };
  }

  private static String name(DrivingCommand command) {
    return switch (command) {
      case LEFT -> "go left";
      case STRAIGHT -> "go straight";
      case RIGHT -> "go right";
      case UNKNOWN -> "go on";
    };
  }

  /** Every phrase that a prompt without chat template can hold. */
  public static List<String> phrases() {
    List<String> phrases = new ArrayList<>();
    for (CameraName camera : CameraName.values()) {
      phrases.add(name(camera));
    }
    SPEED.addPhrases(phrases);
    YAW_RATE.addPhrases(phrases);
    ACCELERATION.addPhrases(phrases);
    for (DrivingCommand command : DrivingCommand.values()) {
      phrases.add(name(command));
    }
    return phrases;
  }
}
