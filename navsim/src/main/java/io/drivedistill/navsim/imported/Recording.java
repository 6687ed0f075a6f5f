package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.map.MapLocation;
import java.util.List;
import java.util.Optional;

/**
 * One recording of a source: a drive over a surveyed map, seen twice a second.
 *
 * @param name becomes the name of the log
 * @param vehicle name of the recording vehicle
 * @param location the NAVSIM map that it is put into
 * @param map the road, in the same metres as the poses
 * @param drive poses of the vehicle, denser than the instants
 * @param instants two a second, in time order
 */
record Recording(
    String name,
    String vehicle,
    MapLocation location,
    SurveyedMap map,
    EgoDrive drive,
    List<Instant> instants) {
  Recording {
    instants = List.copyOf(instants);
  }

  /**
   * What was seen at one time.
   *
   * @param timeUs microseconds on the recording's clock
   * @param objects objects around
   * @param cameras pictures with their calibration
   * @param lidar the sweep, if there is one
   */
  record Instant(
      long timeUs, List<RecordedObject> objects, List<Picture> cameras, Optional<Sweep> lidar) {
    Instant {
      objects = List.copyOf(objects);
      cameras = List.copyOf(cameras);
    }
  }

  /** Pose of a sensor or of the vehicle: rotation into, and position in, the outer frame. */
  record Pose(Quaternion rotation, Vector3 translationM) {
    /** A point of the inner frame in the outer one. */
    Vector3 apply(Vector3 p) {
      var r = rotation.rotationMatrix();
      return new Vector3(
          r.get(0, 0) * p.x() + r.get(0, 1) * p.y() + r.get(0, 2) * p.z() + translationM.x(),
          r.get(1, 0) * p.x() + r.get(1, 1) * p.y() + r.get(1, 2) * p.z() + translationM.y(),
          r.get(2, 0) * p.x() + r.get(2, 1) * p.y() + r.get(2, 2) * p.z() + translationM.z());
    }
  }
}
