package io.drivedistill.navsim.scene;

import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * A window of a log: history, current frame, future (SPEC-pdms section 5). Its token is that of the
 * current frame.
 *
 * @param split name of the data split
 * @param logName stem of the log file
 * @param firstFrame index in the log of the first frame of the window
 * @param frames the window in time order, 2 Hz
 * @param historyFrames frames up to and including the current one
 */
public record Scene(
    String split, String logName, int firstFrame, List<Frame> frames, int historyFrames) {
  /** Keeps an unmodifiable copy of the frames. */
  public Scene {
    frames = List.copyOf(frames);
    if (historyFrames < 1 || historyFrames > frames.size()) {
      throw new IllegalArgumentException(
          "A scene of " + frames.size() + " frames cannot have a history of " + historyFrames);
    }
  }

  /** The frame at which a plan is asked for. */
  public Frame current() {
    return frames.get(historyFrames - 1);
  }

  /** Token of the scene. */
  public String token() {
    return current().token();
  }

  /** Name of the map. */
  public String mapLocation() {
    return current().mapLocation();
  }

  /** The history up to and including the current frame. */
  public List<Frame> history() {
    return frames.subList(0, historyFrames);
  }

  /** The frames after the current one. */
  public List<Frame> future() {
    return frames.subList(historyFrames, frames.size());
  }

  /** Rear axle pose of a frame in the map: UTM metres and NAVSIM's heading. */
  public static Pose2 egoInMap(Frame frame) {
    EgoStatus ego = frame.ego();
    return new Pose2(ego.positionInMapM().x(), ego.positionInMapM().y(), ego.headingInMapRad());
  }

  /** Rear axle poses of the history frames in the current ego frame; the last one is zero. */
  public List<Pose2> historyPoses() {
    return relative(history());
  }

  /**
   * What the human drove: up to 8 poses, 0.5 s apart, in the current ego frame.
   *
   * @throws IllegalStateException if the scene has no future, as in private test splits
   */
  public Trajectory humanTrajectory() {
    List<Frame> future = future();
    if (future.isEmpty()) {
      throw new IllegalStateException("Scene " + token() + " has no future frames.");
    }
    List<Frame> next = future.subList(0, Math.min(Trajectory.NAVSIM_POSES, future.size()));
    return new Trajectory(relative(next), Trajectory.NAVSIM_INTERVAL_S);
  }

  /**
   * The baseline that keeps direction and speed: 8 poses straight ahead, rounded to float32 as the
   * official agent does.
   */
  public Trajectory constantVelocityTrajectory() {
    float vx = (float) current().ego().velocityXMps();
    float vy = (float) current().ego().velocityYMps();
    float speedMps = (float) Math.sqrt(vx * vx + vy * vy);
    List<Pose2> poses = new ArrayList<>();
    for (int k = 1; k <= Trajectory.NAVSIM_POSES; k++) {
      float x = (float) (k * Trajectory.NAVSIM_INTERVAL_S * speedMps);
      poses.add(new Pose2(x, 0, 0));
    }
    return new Trajectory(poses, Trajectory.NAVSIM_INTERVAL_S);
  }

  private List<Pose2> relative(List<Frame> list) {
    Pose2 origin = egoInMap(current());
    return list.stream().map(frame -> Pose2.relative(egoInMap(frame), origin)).toList();
  }
}
