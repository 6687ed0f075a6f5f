package io.drivedistill.student.ipad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.LoadReport;
import io.drivedistill.nn.WeightsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedLayoutTest {
  private static final String PREFIX = "agent._pad_model.";
  private static final String SHARED = "_trajectory_head.0.";
  private static final String COPY = "_trajectory_head.1.";

  @TempDir private Path folder;

  private static Ipad initialised(NDManager manager, long seed) {
    Ipad planner = new Ipad(IpadConfig.quickstart());
    planner.initialize(manager, seed);
    return planner;
  }

  /** As the released files are: a prefix, and the shared refiner once for each refinement. */
  private Path published(Ipad planner, String without) {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    WeightsFile.sources(PREFIX, WeightsFile.arrays(planner))
        .forEach(
            (name, source) -> {
              if (!name.endsWith(without)) {
                tensors.put(name, source);
              }
              if (name.startsWith(PREFIX + SHARED)) {
                tensors.put(name.replace(SHARED, COPY), source);
              }
            });
    Path file = folder.resolve("published.safetensors");
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  @Test
  void fillsEveryTensorAndPassesOverTheCopies() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Ipad trained = initialised(manager, 1);
      Ipad loaded = initialised(manager, 2);
      LoadReport report =
          new IpadKind().weights(published(trained, "nothing")).load(loaded, manager);
      Map<String, NDArray> expected = WeightsFile.arrays(trained);
      assertThat(report.matched()).containsExactlyInAnyOrderElementsOf(expected.keySet());
      assertThat(report.missing()).isEmpty();
      assertThat(report.extra()).isNotEmpty().allMatch(name -> name.contains(COPY));
      WeightsFile.arrays(loaded)
          .forEach((name, array) -> assertThat(array).as(name).isEqualTo(expected.get(name)));
    }
  }

  @Test
  void namesWhatIsMissing() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Ipad trained = initialised(manager, 1);
      Path file = published(trained, "hist_encoding.weight");
      assertThatThrownBy(() -> new IpadKind().weights(file).load(trained, manager))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("hist_encoding.weight");
    }
  }
}
