package io.drivedistill.teacher.action;

import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.DrivingCommand;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.teacher.CameraClip;
import io.drivedistill.teacher.EgoMotion;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Teachers that train in seconds, and random scenes for them. */
public final class SmallTeachers {
  private static final List<CameraName> CAMERAS = List.of(CameraName.CAM_F0, CameraName.CAM_B0);
  private static final int SHADES = 4;

  private SmallTeachers() {}

  /** Two cameras, clips of two pictures of 56x56, 12 codes of 16. */
  public static TeacherConfig config(int steps) {
    return config(steps, Optional.empty());
  }

  static TeacherConfig config(int steps, Optional<TeacherVariant> variant) {
    return new TeacherConfig(
        Optional.empty(),
        Optional.of(new QwenSizes(32, 2, 4, 2, 64, 16, 2, 2, 32, List.of(1))),
        new TeacherView(CAMERAS, 2, 1, 56, 56, 2),
        16,
        12,
        2,
        new TrainingPlan(steps, 16, 4e-3, 0.01, steps / 20, 1, 0, 0),
        variant);
  }

  /** A scene whose pictures' brightness and whose speed and command are random. */
  public static TeacherInput scene(SplittableRandom random, String token) {
    int shade = random.nextInt(SHADES);
    List<CameraClip> clips = new ArrayList<>();
    for (CameraName camera : CAMERAS) {
      clips.add(
          new CameraClip(camera, List.of(picture(random, shade), picture(random, shade)), 0.5));
    }
    double speedMps = random.nextInt(4) * 5;
    EgoMotion motion = new EgoMotion(speedMps, 0, 0);
    DrivingCommand command = DrivingCommand.LOG_ORDER.get(random.nextInt(4));
    return new TeacherInput(token, clips, List.of(motion, motion), command);
  }

  private static RgbImage picture(SplittableRandom random, int shade) {
    byte[] rgb = new byte[56 * 56 * RgbImage.CHANNELS];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (shade * 64 + random.nextInt(40));
    }
    return new RgbImage(56, 56, rgb);
  }

  /** Codes that follow from speed and brightness. */
  public static int[] codes(TeacherInput input) {
    int shade = (input.clips().get(0).frames().get(0).rgb()[0] & 0xff) / 64;
    int speed = (int) input.motions().get(0).speedMps() / 5;
    int[] codes = new int[12];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = i % 3 == 0 ? 4 * speed + shade : i % 3 == 1 ? speed : shade;
    }
    return codes;
  }
}
