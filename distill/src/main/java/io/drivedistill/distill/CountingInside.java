package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.PointGrid;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.points.PointCloudInput;
import io.drivedistill.student.Student;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An exported student that counts LiDAR points itself.
 *
 * @param counts the student's input that is made of points
 * @param input what the model takes instead
 * @param values per point
 */
record CountingInside(String counts, PointCloudInput input, int values) {

  /**
   * What the experiment wishes.
   *
   * @throws DriveDistillException if the student takes no counts
   */
  static Optional<CountingInside> of(Student student, Optional<LidarForm> wish) {
    LidarForm form = wish.orElse(LidarForm.HISTOGRAM);
    if (form == LidarForm.HISTOGRAM) {
      return Optional.empty();
    }
    Map<String, PointGrid> grids = student.pointGrids();
    if (grids.size() != 1) {
      throw new DriveDistillException(
          "export.lidar is "
              + form
              + ", but the student counts points in "
              + (grids.isEmpty() ? "no input" : "the inputs " + grids.keySet())
              + "; it takes "
              + student.inputs().stream().map(TensorSpec::name).toList(),
          "Maybe leave export.lidar out; a student of your own overrides Student.pointGrids.");
    }
    Map.Entry<String, PointGrid> grid = grids.entrySet().iterator().next();
    return Optional.of(
        new CountingInside(
            grid.getKey(),
            new PointCloudInput(grid.getValue(), form.valuesPerPoint()),
            form.valuesPerPoint()));
  }

  OnnxModel inFrontOf(OnnxModel model) {
    return input.inFrontOf(model, counts);
  }

  PlannerInputs inputs(List<TensorSpec> noise, SceneClouds clouds) {
    return new PlannerInputs(noise, Optional.of(new PlannerInputs.Points(counts, clouds::of)));
  }
}
