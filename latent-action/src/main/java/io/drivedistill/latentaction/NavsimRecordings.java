package io.drivedistill.latentaction;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Parallel;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogReader;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Recordings from the logs of a NAVSIM split; only pictures, times and ego poses are used. */
public final class NavsimRecordings {
  private static final double MICROSECONDS = 1e-6;

  /** NAVSIM frames are 0.5 s apart; a longer gap ends a recording. */
  private static final double LONGEST_GAP_S = 0.75;

  private NavsimRecordings() {}

  /**
   * Reads all logs of a split.
   *
   * @throws DriveDistillException if a log is damaged or a frame lacks the camera
   */
  public static List<Recording> read(NavsimDataset dataset, CameraName camera) {
    return read(dataset, dataset.logNames(), camera);
  }

  /** Reads some logs of a split. */
  public static List<Recording> read(
      NavsimDataset dataset, List<String> logNames, CameraName camera) {
    return Parallel.map(Parallel.processors(), logNames, log -> recordingsOf(dataset, log, camera))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<Recording> recordingsOf(
      NavsimDataset dataset, String log, CameraName camera) {
    List<Recording> recordings = new ArrayList<>();
    List<RecordedFrame> run = new ArrayList<>();
    for (Frame frame : LogReader.read(dataset.layout().logFile(dataset.split(), log))) {
      RecordedFrame recorded = recorded(dataset, frame, camera);
      if (!run.isEmpty() && gapS(run.get(run.size() - 1), recorded) > LONGEST_GAP_S) {
        recordings.add(new Recording(name(log, recordings.size()), run));
        run = new ArrayList<>();
      }
      run.add(recorded);
    }
    recordings.add(new Recording(name(log, recordings.size()), run));
    return recordings;
  }

  private static String name(String log, int part) {
    return part == 0 ? log : log + "#" + part;
  }

  private static double gapS(RecordedFrame before, RecordedFrame after) {
    return after.timeS() - before.timeS();
  }

  private static RecordedFrame recorded(NavsimDataset dataset, Frame frame, CameraName camera) {
    return new RecordedFrame(
        frame.token(),
        dataset.imageFile(frame.requireCamera(camera)),
        frame.timestampUs() * MICROSECONDS,
        Optional.of(Scene.egoInMap(frame)));
  }
}
