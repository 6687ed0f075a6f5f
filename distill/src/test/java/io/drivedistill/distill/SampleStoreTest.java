package io.drivedistill.distill;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.core.Safetensors;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import io.drivedistill.student.SampleTensor;
import io.drivedistill.student.StudentSample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleStoreTest {
  private static final int BYTES = 64;
  private static final int LOGS = 4;
  private static final int SCENES_OF_A_LOG = 3;
  private static final int SCENES = LOGS * SCENES_OF_A_LOG;

  @TempDir private static Path town;
  private static SampleStore.Source source;

  @TempDir private Path folder;

  @BeforeAll
  static void writeTown() {
    SynthSpec spec = SynthSpec.of("mini", LOGS, 4).withTowns(1, 16).withImages(16, 9);
    SyntheticDataset.write(List.of(spec), town, 1, Progress.silent());
    source =
        new SampleStore.Source(
            NavsimDataset.open(town, "mini"),
            SceneFilter.standard().withFrameInterval(1),
            (dataset, scene) -> sample(scene));
  }

  /** {@value #BYTES} bytes that follow from the token. */
  private static StudentSample sample(Scene scene) {
    byte[] token = scene.token().getBytes(StandardCharsets.UTF_8);
    byte[] picture = new byte[BYTES / 2];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (byte) (i * token[i % token.length]);
    }
    return new StudentSample(
        scene.token(),
        Map.of("picture", SampleTensor.ofBytes(picture, picture.length)),
        Optional.of(Map.of("map", SampleTensor.ofBytes(picture.clone(), picture.length))));
  }

  @Test
  void boundedStoreGivesTheSamplesOfAnUnboundedOneInTheirOrder() throws IOException {
    Path whole = folder.resolve("whole");
    Path bounded = folder.resolve("bounded");
    long room = 2L * SCENES_OF_A_LOG * BYTES + BYTES;
    prepare(whole, Long.MAX_VALUE);
    prepare(bounded, room);

    assertThat(storedBytes(bounded)).isPositive().isLessThanOrEqualTo(room);
    assertThat(storedBytes(whole)).isEqualTo((long) SCENES * BYTES);
    try (SampleStore expected = SampleStore.open(whole, source);
        SampleStore unstored = SampleStore.unstored(source);
        SampleStore store = SampleStore.open(bounded, source)) {
      assertThat(unstored.size()).isEqualTo(SCENES);
      assertThat(expected.size()).isEqualTo(SCENES);
      assertThat(store.size()).isEqualTo(SCENES);
      for (int i = 0; i < SCENES; i++) {
        assertThat(store.token(i)).isEqualTo(expected.token(i));
        assertThat(store.log(i)).isEqualTo(expected.log(i));
        assertThat(picture(store.read(i))).isEqualTo(picture(expected.read(i)));
        assertThat(unstored.token(i)).isEqualTo(expected.token(i));
        assertThat(picture(unstored.read(i))).isEqualTo(picture(expected.read(i)));
        assertThat(store.read(i).targets().orElseThrow().get("map").toBytes())
            .isEqualTo(expected.read(i).targets().orElseThrow().get("map").toBytes());
      }
    }
  }

  @Test
  void withoutRoomNothingIsStoredAndEverythingCanBeRead() throws IOException {
    prepare(folder, 0);
    assertThat(storedBytes(folder)).isZero();
    try (SampleStore store = SampleStore.open(folder, source)) {
      assertThat(store.size()).isEqualTo(SCENES);
      assertThat(picture(store.read(SCENES - 1))).hasSize(BYTES / 2);
    }
  }

  @Test
  void preparingAgainKeepsTheBound() throws IOException {
    long room = (long) SCENES_OF_A_LOG * BYTES;
    prepare(folder, room);
    long first = storedBytes(folder);
    try (Stream<Path> files = Files.list(folder)) {
      Files.delete(
          files.filter(file -> file.toString().endsWith(".scenes.json")).findFirst().orElseThrow());
    }
    prepare(folder, room);
    assertThat(storedBytes(folder)).isEqualTo(first).isLessThanOrEqualTo(room);
    try (SampleStore store = SampleStore.open(folder, source)) {
      assertThat(store.size()).isEqualTo(SCENES);
    }
  }

  private static void prepare(Path folder, long room) throws IOException {
    SampleStore.prepare(folder, source, room, Progress.silent(), "scenes");
  }

  private static byte[] picture(StudentSample sample) {
    return sample.inputs().get("picture").toBytes();
  }

  /** Bytes of the tensors, without the files' headers. */
  private static long storedBytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        try (Safetensors tensors = Safetensors.open(file)) {
          for (String name : tensors.names()) {
            bytes += tensors.bytes(name).remaining();
          }
        }
      }
    }
    return bytes;
  }
}
