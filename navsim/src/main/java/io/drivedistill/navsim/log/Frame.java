package io.drivedistill.navsim.log;

import io.drivedistill.core.DriveDistillException;
import java.util.List;
import java.util.Optional;

/**
 * One frame of a log, 2 Hz (SPEC-pdms section 2). The log's 4x4 matrices {@code ego2global}, {@code
 * lidar2ego} and {@code lidar2global} follow from the poses here and are not kept.
 *
 * @param token id of the lidar sweep; the current frame's token names the scene
 * @param frameIndex index within the nuPlan scene
 * @param timestampUs microseconds since the epoch
 * @param logName stem of the log file
 * @param logToken id of the log
 * @param sceneName name of the nuPlan scene
 * @param sceneToken id of the nuPlan scene
 * @param mapLocation one of the four map names, as {@code us-ma-boston}
 * @param roadblockIds route: roadblock and roadblock connector ids, perhaps empty, with repeats or
 *     gaps
 * @param vehicleName recording vehicle
 * @param ego the vehicle's own state
 * @param lidarPath path of the point cloud relative to the split's {@code sensor_blobs} folder
 * @param translationLidarInEgoM position of the lidar in the ego frame
 * @param rotationLidarToEgo rotation from lidar to ego axes
 * @param trafficLights lights by lane connector
 * @param drivingCommand navigation hint
 * @param cameras views in the order of the log
 * @param previousToken token of the frame before, if any
 * @param nextToken token of the frame after, if any
 * @param annotations objects, absent in private test logs; in the order of the log
 */
public record Frame(
    String token,
    int frameIndex,
    long timestampUs,
    String logName,
    String logToken,
    String sceneName,
    String sceneToken,
    String mapLocation,
    List<String> roadblockIds,
    String vehicleName,
    EgoStatus ego,
    String lidarPath,
    Vector3 translationLidarInEgoM,
    Quaternion rotationLidarToEgo,
    List<TrafficLight> trafficLights,
    DrivingCommand drivingCommand,
    List<CameraView> cameras,
    Optional<String> previousToken,
    Optional<String> nextToken,
    Optional<List<AnnotatedBox>> annotations) {

  /** Keeps unmodifiable copies of the lists. */
  public Frame {
    roadblockIds = List.copyOf(roadblockIds);
    trafficLights = List.copyOf(trafficLights);
    cameras = List.copyOf(cameras);
    annotations = annotations.map(List::copyOf);
  }

  /** The view of one camera, if the frame has it. */
  public Optional<CameraView> camera(CameraName name) {
    return cameras.stream().filter(view -> view.name() == name).findFirst();
  }

  /**
   * The view of a camera that something cannot do without.
   *
   * @throws DriveDistillException if the frame lacks it
   */
  public CameraView requireCamera(CameraName name) {
    return camera(name)
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "Frame "
                        + token
                        + " of log "
                        + logName
                        + " has no camera "
                        + name
                        + "; it has "
                        + cameras.stream().map(CameraView::name).toList(),
                    "Maybe choose a camera that every frame has, or other scenes: the log was"
                        + " written with fewer cameras, or is not complete."));
  }
}
