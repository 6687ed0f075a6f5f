package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvenanceTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Provenance provenance = Provenance.capture(ContentKey.of("experiment").build(), 42);
    provenance.writeTo(folder);
    assertThat(Provenance.readFrom(folder)).isEqualTo(provenance);
    assertThat(provenance.toolVersion()).isNotEqualTo("unknown");
    assertThat(provenance.commit()).matches("unknown|[0-9a-f]{40}(-dirty)?");
  }

  @Test
  void tooLittleSpaceIsSaidBeforehand() {
    DiskSpace.require(folder.resolve("not/yet"), 1, "a test");
    assertThatThrownBy(() -> DiskSpace.require(folder, Long.MAX_VALUE, "the teacher's features"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("For the teacher's features 8.0 EiB are needed in " + folder);
  }

  @ParameterizedTest
  @CsvSource({"0,0 bytes", "1023,1023 bytes", "1536,1.5 KiB", "1073741824,1.0 GiB"})
  void sizesAreForPeople(long bytes, String expected) {
    assertThat(DiskSpace.readable(bytes)).isEqualTo(expected);
  }

  @Test
  void specsAcceptAnyBatch() {
    TensorSpec spec =
        TensorSpec.of("bev", Dtype.F32, new long[] {TensorSpec.BATCH, 2, 3}, "1", "ego", "BEV");
    assertThat(spec.accepts(Dtype.F32, List.of(9L, 2L, 3L))).isTrue();
    assertThat(spec.accepts(Dtype.F32, List.of(9L, 2L, 4L))).isFalse();
    assertThat(spec.accepts(Dtype.F32, List.of(2L, 3L))).isFalse();
    assertThat(spec.accepts(Dtype.F64, List.of(9L, 2L, 3L))).isFalse();
    assertThatThrownBy(
            () -> TensorSpec.of("bev", Dtype.F32, new long[] {0}, "1", "none", "nothing"))
        .hasMessageContaining("bev");
  }
}
