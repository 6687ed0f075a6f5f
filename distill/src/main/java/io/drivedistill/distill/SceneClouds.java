package io.drivedistill.distill;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.ModelCard;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.export.points.PointCloudInput;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.sensor.PointCloud;
import io.drivedistill.navsim.sensor.PointCloudReader;
import io.drivedistill.student.StudentSample;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The point clouds of scenes, for models that count points themselves. */
final class SceneClouds {
  private final Map<String, Path> filesByToken = new HashMap<>();
  private final int values;

  /**
   * Clouds.
   *
   * @param values per point that the model takes
   */
  SceneClouds(NavsimDataset dataset, SceneSelection selection, int values) {
    this.values = values;
    dataset
        .scenes(selection.filterFor(dataset))
        .forEach(scene -> filesByToken.put(scene.token(), dataset.lidarFile(scene.current())));
  }

  /** The points of a scene, float32 [1, points, values]. */
  HostTensor of(String token) {
    return of(PointCloudReader.read(filesByToken.get(token)), values);
  }

  /** The points of a cloud, float32 [1, points, values]. */
  static HostTensor of(PointCloud cloud, int values) {
    PointCloud.Field[] fields = PointCloud.Field.values();
    HostTensor points = HostTensor.zeros(DataType.FLOAT32, 1, cloud.size(), values);
    FloatBuffer floats = points.floats();
    for (int i = 0; i < cloud.size(); i++) {
      for (int k = 0; k < values; k++) {
        floats.put(cloud.get(fields[k], i));
      }
    }
    return points;
  }

  /**
   * Counts the points of all scenes inside ONNX Runtime and compares with what was prepared.
   *
   * @param counts name of the counts among the prepared inputs
   * @throws DriveDistillException if one cell differs
   */
  ModelCard.PointCounting proof(PointCloudInput input, String counts, SampleStore scenes) {
    long points = 0;
    try (OnnxSession session = OnnxSession.of(input.alone(counts), SessionSettings.cpu(1))) {
      for (int i = 0; i < scenes.size(); i++) {
        StudentSample sample = scenes.read(i);
        HostTensor cloud = of(sample.token());
        points += cloud.shape().get(1);
        HostTensor counted = session.run(Map.of(PointCloudInput.NAME, cloud)).get(counts);
        byte[] expected = sample.inputs().get(counts).toBytes();
        if (!counted.data().equals(ByteBuffer.wrap(expected))) {
          throw new DriveDistillException(
              "The exported model counts the points of scene "
                  + sample.token()
                  + " in other cells than the student was trained with",
              "Maybe the point cloud changed after the scenes were prepared; otherwise export with"
                  + " lidar: HISTOGRAM and report it.");
        }
      }
    }
    return new ModelCard.PointCounting(scenes.size(), points);
  }
}
