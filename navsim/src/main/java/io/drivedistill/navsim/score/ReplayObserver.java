package io.drivedistill.navsim.score;

import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Scene;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the observation that replays the log at 10 Hz (SPEC-pdms section 7). Stateless. */
final class ReplayObserver {
  private static final double FRAME_S = 0.5;

  private ReplayObserver() {}

  /** One object in the map frame. */
  record Sighting(
      String token,
      ObjectType type,
      double timeS,
      double x,
      double y,
      double heading,
      double vx,
      double vy,
      double halfLength,
      double halfWidth) {}

  /** The annotated objects of a frame in the map frame, sorted by type. */
  static List<Sighting> sightings(Frame frame, double timeS) {
    Pose2 ego = Scene.egoInMap(frame);
    double cos = StrictMath.cos(ego.headingRad());
    double sin = StrictMath.sin(ego.headingRad());
    List<Sighting> list = new ArrayList<>();
    for (AnnotatedBox box : frame.annotations().orElse(List.of())) {
      double x = box.centerInEgoM().x();
      double y = box.centerInEgoM().y();
      boolean moves = box.type().isAgent();
      double vx = moves ? box.velocityInEgoMps().x() : 0;
      double vy = moves ? box.velocityInEgoMps().y() : 0;
      list.add(
          new Sighting(
              box.trackToken(),
              box.type(),
              timeS,
              x * cos - y * sin + ego.xM(),
              x * sin + y * cos + ego.yM(),
              Angles.wrap(box.headingInEgoRad() + ego.headingRad()),
              vx * cos - vy * sin,
              vx * sin + vy * cos,
              box.lengthM() / 2,
              box.widthM() / 2));
    }
    list.sort(Comparator.comparing(Sighting::type));
    return list;
  }

  /** The objects over the horizon of a score. */
  static Observation observe(List<Track> tracks, Rules rules) {
    int maps = rules.horizonSteps() + 1;
    int n = tracks.size();
    boolean[] agent = new boolean[n];
    double[] speed = new double[n];
    double[] radius = new double[n];
    String[] tokens = new String[n];
    int[][] members = new int[maps][];
    double[][] boxes = new double[maps][];
    for (int i = 0; i < n; i++) {
      Track track = tracks.get(i);
      tokens[i] = track.token();
      agent[i] = track.type().isAgent();
      radius[i] = track.radius();
      speed[i] = track.speed();
    }
    for (int k = 0; k < maps; k++) {
      double timeS = k * States.DT;
      int[] present = new int[n];
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (tracks.get(i).presentAt(timeS)) {
          present[count++] = i;
        }
      }
      members[k] = Arrays.copyOf(present, count);
      boxes[k] = new double[count * Boxes.WIDTH];
      for (int j = 0; j < count; j++) {
        tracks.get(present[j]).box(timeS, boxes[k], j * Boxes.WIDTH);
      }
    }
    return new Observation(
        1,
        tokens,
        agent,
        speed,
        radius,
        new boolean[n],
        members,
        boxes,
        new AreaPolygon[0],
        new long[0]);
  }

  /** Tracks sorted by type, stable in the order of first sighting. */
  static List<Track> tracks(Scene scene, Rules rules) {
    Map<String, List<Sighting>> rows = new LinkedHashMap<>();
    int current = scene.historyFrames() - 1;
    int frames = Math.min(rules.futureFrames(), scene.frames().size() - 1 - current);
    for (int j = 0; j <= frames; j++) {
      for (Sighting seen : sightings(scene.frames().get(current + j), j * FRAME_S)) {
        rows.computeIfAbsent(seen.token(), token -> new ArrayList<>()).add(seen);
      }
    }
    return rows.values().stream().map(Track::of).sorted(Comparator.comparing(Track::type)).toList();
  }
}
