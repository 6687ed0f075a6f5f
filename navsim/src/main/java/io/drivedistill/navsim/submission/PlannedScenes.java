package io.drivedistill.navsim.submission;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * All trajectories of a file by scene. JSON Lines stay on the disk: opening checks every line and
 * notes where it lies (12 bytes a trajectory), so files of any size can be scored. A submission
 * pickle is held in memory. Thread-safe; owns the open file.
 */
public final class PlannedScenes implements AutoCloseable {
  private static final double HORIZON_S = 4;
  private static final byte PICKLE_START = (byte) 0x80;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Lines> lines = new LinkedHashMap<>();
  private final Map<String, Map<String, Trajectory>> plans = new LinkedHashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private int count;
  private int otherHorizons;

  private PlannedScenes(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Where the lines of one scene lie, and which names they have. */
  private static final class Lines {
    private long[] offsets = new long[1];
    private int[] lengths = new int[1];
    private int count;
    private final BitSet names = new BitSet();

    void add(long offset, int length) {
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      offsets[count] = offset;
      lengths[count++] = length;
    }
  }

  /**
   * Opens JSON Lines, or a submission pickle, which is known by its first byte; the sets of a
   * submission are named prediction, prediction_2, …
   *
   * @throws DriveDistillException if the file is missing, damaged, or a line is wrong
   */
  public static PlannedScenes open(Path file) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    PlannedScenes scenes = new PlannedScenes(file, channel);
    try {
      ByteBuffer first = ByteBuffer.allocate(1);
      if (channel.read(first, 0) > 0 && first.get(0) == PICKLE_START) {
        scenes.close();
        return ofPickle(file);
      }
      TrajectoryLines.walk(file, scenes::note);
    } catch (IOException e) {
      scenes.close();
      throw unreadable(file, e);
    } catch (DriveDistillException e) {
      scenes.close();
      throw e;
    }
    return scenes;
  }

  private static PlannedScenes ofPickle(Path file) {
    PlannedScenes scenes = new PlannedScenes(file, null);
    int set = 1;
    for (Map<String, Trajectory> predictions : SubmissionPickle.read(file).predictions()) {
      String name = set == 1 ? "prediction" : "prediction_" + set;
      predictions.forEach(
          (token, plan) -> {
            scenes.plans.computeIfAbsent(token, t -> new LinkedHashMap<>()).put(name, plan);
            scenes.count(plan);
          });
      set++;
    }
    return scenes;
  }

  private void note(NamedTrajectory one, long offset, int length) {
    Lines scene = lines.computeIfAbsent(one.token(), token -> new Lines());
    Integer name = names.computeIfAbsent(one.name(), n -> names.size());
    if (scene.names.get(name)) {
      throw TrajectoryLines.repeated(one);
    }
    scene.names.set(name);
    scene.add(offset, length);
    count(one.trajectory());
  }

  private void count(Trajectory plan) {
    count++;
    double horizonS = plan.poses().size() * plan.intervalS();
    otherHorizons += Math.abs(horizonS - HORIZON_S) > 1e-6 ? 1 : 0;
  }

  /** Tokens of the scenes. */
  public Set<String> tokens() {
    return Set.copyOf(channel == null ? plans.keySet() : lines.keySet());
  }

  /** Number of trajectories. */
  public int count() {
    return count;
  }

  /** Number of trajectories that do not end 4 s ahead. */
  public int otherHorizons() {
    return otherHorizons;
  }

  /** The trajectories of a scene by name in the order of the file; empty for other scenes. */
  public Map<String, Trajectory> of(String token) {
    if (channel == null) {
      return plans.getOrDefault(token, Map.of());
    }
    Lines scene = lines.get(token);
    Map<String, Trajectory> byName = new LinkedHashMap<>();
    for (int i = 0; scene != null && i < scene.count; i++) {
      NamedTrajectory one = line(scene.offsets[i], scene.lengths[i]);
      if (!one.token().equals(token)) {
        throw changed();
      }
      byName.put(one.name(), one.trajectory());
    }
    return byName;
  }

  private NamedTrajectory line(long offset, int length) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw changed();
        }
      }
      return TrajectoryLines.parse(bytes.array());
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (IllegalArgumentException e) {
      throw changed();
    }
  }

  private DriveDistillException changed() {
    return new DriveDistillException(
        file.toAbsolutePath() + " changed while it was being scored.",
        "Maybe the program that writes it is still running.");
  }

  private static DriveDistillException unreadable(Path file, IOException cause) {
    return new DriveDistillException(
        "Could not read the trajectories " + file.toAbsolutePath() + ": " + cause,
        "Maybe the path is misspelt.",
        cause);
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }
}
