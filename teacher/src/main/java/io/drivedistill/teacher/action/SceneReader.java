package io.drivedistill.teacher.action;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.teacher.CameraClip;
import io.drivedistill.teacher.EgoMotion;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.image.BicubicResize;
import io.drivedistill.teacher.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows NAVSIM scenes to a teacher: pictures decoded and resized, own motion. Neighbouring scenes
 * share pictures, so the last ones are kept. Thread-safe.
 */
public final class SceneReader {
  private static final double FRAME_INTERVAL_S = 0.5;
  private static final int KEPT_PICTURES = 512;

  private final NavsimDataset dataset;
  private final TeacherView view;
  private final Map<Path, RgbImage> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** Reads scenes of this data set. */
  public SceneReader(NavsimDataset dataset, TeacherView view) {
    this.dataset = dataset;
    this.view = view;
  }

  /**
   * Reads a scene.
   *
   * @throws DriveDistillException if its history is too short, or a picture is missing or damaged
   */
  public TeacherInput read(Scene scene) {
    List<CameraClip> clips = new ArrayList<>();
    for (CameraName camera : view.cameras()) {
      List<RgbImage> pictures = pictureFiles(scene, camera).stream().map(this::picture).toList();
      clips.add(new CameraClip(camera, pictures, view.framesApart() * FRAME_INTERVAL_S));
    }
    return new TeacherInput(scene.token(), clips, motions(scene), scene.current().drivingCommand());
  }

  /** The own motion that the teacher is told of a scene. */
  List<EgoMotion> motions(Scene scene) {
    List<Frame> history = history(scene);
    return history.subList(history.size() - view.motions(), history.size()).stream()
        .map(frame -> EgoMotion.of(frame.ego()))
        .toList();
  }

  /** The files of all pictures that the teacher is shown of a scene. */
  List<Path> pictureFiles(Scene scene) {
    return view.cameras().stream().flatMap(camera -> pictureFiles(scene, camera).stream()).toList();
  }

  private List<Path> pictureFiles(Scene scene, CameraName camera) {
    List<Frame> history = history(scene);
    List<Path> files = new ArrayList<>();
    for (int i = view.pictures() - 1; i >= 0; i--) {
      Frame frame = history.get(history.size() - 1 - i * view.framesApart());
      files.add(dataset.imageFile(frame.requireCamera(camera)));
    }
    return files;
  }

  private List<Frame> history(Scene scene) {
    List<Frame> history = scene.history();
    if (history.size() < view.historyFrames()) {
      throw new DriveDistillException(
          "Scene "
              + scene.token()
              + " has "
              + history.size()
              + " history frames, the teacher looks back over "
              + view.historyFrames(),
          "Maybe lower the teacher's pictures, framesApart or motions.");
    }
    return history;
  }

  private RgbImage picture(Path file) {
    synchronized (kept) {
      RgbImage seen = kept.get(file);
      if (seen != null) {
        return seen;
      }
    }
    RgbImage resized = BicubicResize.resize(RgbImage.read(file), view.heightPx(), view.widthPx());
    synchronized (kept) {
      kept.put(file, resized);
      if (kept.size() > KEPT_PICTURES) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    return resized;
  }
}
