package io.drivedistill.navsim.town;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.log.CameraName;
import java.util.List;

/**
 * What a split of a synthetic data set consists of. Equal specs give equal bytes.
 *
 * @param split name of the split, part of every name and seed, so splits never share a town
 * @param logs number of logs
 * @param framesPerLog frames of a log, 2 Hz; a scene takes 14
 * @param towns number of towns that the logs are driven in, in turn
 * @param seed everything random follows from it
 * @param imageWidth width of the pictures, pixels
 * @param imageHeight height of the pictures, pixels
 * @param cameras cameras whose pictures are written; every log describes all eight
 * @param lidar whether point clouds are written
 * @param lidarPoints rays of a sweep; those into the sky give no point
 * @param townKinds layouts of the towns, in turn
 */
public record SynthSpec(
    String split,
    int logs,
    int framesPerLog,
    int towns,
    long seed,
    int imageWidth,
    int imageHeight,
    List<CameraName> cameras,
    boolean lidar,
    int lidarPoints,
    List<TownKind> townKinds) {

  /** Checks the values. */
  public SynthSpec {
    cameras = List.copyOf(cameras);
    townKinds = List.copyOf(townKinds);
    require(split.matches("[A-Za-z0-9_]+"), "a split name of letters, digits and _", split);
    require(logs >= 1, "at least one log", logs);
    require(framesPerLog >= 1, "at least one frame per log", framesPerLog);
    require(towns >= 1, "at least one town", towns);
    require(imageWidth >= 16 && imageWidth <= 3840, "an image width of 16 to 3840", imageWidth);
    require(imageHeight >= 9 && imageHeight <= 2160, "an image height of 9 to 2160", imageHeight);
    require(lidarPoints >= 32, "at least 32 lidar points", lidarPoints);
    require(!townKinds.isEmpty(), "at least one kind of town", townKinds);
  }

  private static void require(boolean holds, String expected, Object found) {
    if (!holds) {
      throw new DriveDistillException(
          "Expected " + expected + " for the synthetic data set, found " + found + ".",
          "Maybe a setting of the data set was mistyped.");
    }
  }

  /** Three front cameras of 480x270, lidar, 40 frames per log, all kinds of towns. */
  public static SynthSpec of(String split, int logs, long seed) {
    return new SynthSpec(
        split,
        logs,
        40,
        Math.max(1, (logs + 5) / 6),
        seed,
        480,
        270,
        List.of(CameraName.CAM_L0, CameraName.CAM_F0, CameraName.CAM_R0),
        true,
        9600,
        List.of(TownKind.values()));
  }

  /** The same with pictures of another size. */
  public SynthSpec withImages(int width, int height, CameraName... which) {
    return new SynthSpec(
        split,
        logs,
        framesPerLog,
        towns,
        seed,
        width,
        height,
        which.length == 0 ? cameras : List.of(which),
        lidar,
        lidarPoints,
        townKinds);
  }

  /** The same with another number of towns and frames per log. */
  public SynthSpec withTowns(int count, int frames) {
    return new SynthSpec(
        split,
        logs,
        frames,
        count,
        seed,
        imageWidth,
        imageHeight,
        cameras,
        lidar,
        lidarPoints,
        townKinds);
  }

  /** The same with another lidar; no rays means none. */
  public SynthSpec withLidar(int rays) {
    return new SynthSpec(
        split,
        logs,
        framesPerLog,
        towns,
        seed,
        imageWidth,
        imageHeight,
        cameras,
        rays > 0,
        rays > 0 ? rays : lidarPoints,
        townKinds);
  }
}
