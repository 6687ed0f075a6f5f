package io.drivedistill.navsim.town;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogWriter;
import io.drivedistill.navsim.sensor.PointCloudWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Drives, draws, scans and writes the logs of a split, several at a time. */
final class LogProduction {
  private static final int SMALL_WIDTH_PX = 320;
  private static final double FINE_CELL_M = 0.16;
  private static final double COARSE_CELL_M = 0.25;

  private final SynthSpec spec;
  private final DatasetLayout layout;
  private final List<Town> towns;
  private final Progress progress;
  private final TownAssets[] assets;

  LogProduction(SynthSpec spec, DatasetLayout layout, List<Town> towns, Progress progress) {
    this.spec = spec;
    this.layout = layout;
    this.towns = towns;
    this.progress = progress;
    this.assets = new TownAssets[towns.size()];
    for (int k = 0; k < assets.length; k++) {
      assets[k] = new TownAssets(towns.get(k));
    }
  }

  /** Ground and streets of a town, made for its first log and dropped after its last. */
  private final class TownAssets {
    private final Town town;
    private int logsLeft;
    private GroundTexture ground;
    private StreetPainter street;

    TownAssets(Town town) {
      this.town = town;
    }

    synchronized TownView view(long seed) {
      if (ground == null) {
        ground =
            new GroundTexture(
                town, spec.imageWidth() <= SMALL_WIDTH_PX ? COARSE_CELL_M : FINE_CELL_M);
        street = new StreetPainter(town);
      }
      return new TownView(ground, street, seed);
    }

    synchronized void expectLog() {
      logsLeft++;
    }

    synchronized void finishLog() {
      if (--logsLeft == 0) {
        ground = null;
        street = null;
      }
    }
  }

  /** Painters and buffers of one thread. */
  private final class Studio implements AutoCloseable {
    final List<CameraRenderer> cameras = new ArrayList<>();
    final LidarScanner lidar = new LidarScanner(spec.lidarPoints());
    final Jpeg jpeg = new Jpeg(spec.imageWidth(), spec.imageHeight());

    Studio() {
      for (CameraName name : spec.cameras()) {
        CameraRig rig = CameraRig.of(name, spec.imageWidth(), spec.imageHeight());
        cameras.add(new CameraRenderer(rig, spec.imageWidth(), spec.imageHeight(), false));
      }
    }

    @Override
    public void close() {
      jpeg.close();
    }
  }

  void run(int threads) {
    List<Integer> byTown = new ArrayList<>();
    for (int town = 0; town < towns.size(); town++) {
      for (int log = town; log < spec.logs(); log += towns.size()) {
        byTown.add(log);
        assets[town].expectLog();
      }
    }
    List<Integer> workers = IntStream.range(0, threads).boxed().toList();
    Parallel.forEach(threads, workers, worker -> work(byTown));
  }

  private void work(List<Integer> logs) {
    try (Studio studio = new Studio()) {
      while (true) {
        int log;
        synchronized (logs) {
          if (logs.isEmpty() || Thread.interrupted()) {
            return;
          }
          log = logs.remove(0);
        }
        TownAssets town = assets[log % towns.size()];
        try {
          produce(log, town, studio);
        } catch (RuntimeException e) {
          // The other workers finish their log and stop.
          synchronized (logs) {
            logs.clear();
          }
          throw e;
        }
        town.finishLog();
        synchronized (progress) {
          progress.step(1);
        }
      }
    }
  }

  private void produce(int index, TownAssets assets, Studio studio) {
    Town town = assets.town;
    LogName log = LogName.of(spec, index);
    Path file = layout.logFile(spec.split(), log.name());
    FrameRecords records = new FrameRecords(spec, town, log);
    if (Files.exists(file) && sensorsAreThere(records)) {
      return;
    }
    List<Snapshot> drive = Drive.of(town, spec.framesPerLog(), Seeds.of(log.seed(), "drive"));
    List<Frame> frames = records.of(drive);
    Path sensors = layout.sensorFolder(spec.split());
    try {
      createFolders(sensors.resolve(log.name()));
      TownView view = assets.view(Seeds.of(log.seed(), "light"));
      for (int k = 0; k < drive.size(); k++) {
        for (CameraRenderer camera : studio.cameras) {
          Path picture = sensors.resolve(records.imagePath(camera.rig().name(), k));
          Files.write(picture, studio.jpeg.encode(camera.render(drive.get(k), view)));
        }
        if (spec.lidar()) {
          int count = studio.lidar.scan(drive.get(k), town, Seeds.of(log.seed(), "noise", k));
          Files.write(
              sensors.resolve(records.lidarPath(k)),
              PointCloudWriter.encode(studio.lidar.points(), count));
        }
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not write the sensors of log "
              + log.name()
              + " below "
              + sensors
              + ": "
              + e.getMessage(),
          "Maybe the disk is full or the folder is not writable; free some space and run the same"
              + " command again, it continues where it stopped.",
          e);
    }
    LogWriter.write(file, frames);
  }

  private void createFolders(Path folder) throws IOException {
    for (CameraName camera : spec.cameras()) {
      Files.createDirectories(folder.resolve(camera.name()));
    }
    if (spec.lidar()) {
      Files.createDirectories(folder.resolve("MergedPointCloud"));
    }
  }

  private boolean sensorsAreThere(FrameRecords records) {
    Path sensors = layout.sensorFolder(spec.split());
    for (int k = 0; k < spec.framesPerLog(); k++) {
      for (CameraName camera : spec.cameras()) {
        if (isMissing(sensors.resolve(records.imagePath(camera, k)))) {
          return false;
        }
      }
      if (spec.lidar() && isMissing(sensors.resolve(records.lidarPath(k)))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMissing(Path file) {
    return file.toFile().length() == 0;
  }
}
