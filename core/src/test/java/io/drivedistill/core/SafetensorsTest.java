package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final String TWO_FLOATS =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("all.safetensors");
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    tensors.put("z.weight", Safetensors.Source.ofFloats(new float[] {1, -2, 3, 4, 5, 6}, 2, 3));
    tensors.put("flag", Safetensors.Source.of(Dtype.BOOL, new long[] {3}, () -> bytes(1, 0, 1)));
    tensors.put("a.steps", Safetensors.Source.ofLongs(new long[] {Long.MIN_VALUE}));
    tensors.put("pixels", Safetensors.Source.of(Dtype.U8, new long[] {2}, () -> bytes(255, 7)));
    tensors.put("none", Safetensors.Source.ofFloats(new float[0], 0, 4));
    Safetensors.write(file, tensors, Map.of("run", "ä\"1"));

    try (Safetensors read = Safetensors.open(file)) {
      assertThat(read.names()).containsExactly("z.weight", "flag", "a.steps", "pixels", "none");
      assertThat(read.metadata()).containsEntry("run", "ä\"1");
      assertThat(read.info("z.weight")).isEqualTo(new TensorInfo(Dtype.F32, List.of(2L, 3L), 24));
      assertThat(read.floats("z.weight")).containsExactly(1, -2, 3, 4, 5, 6);
      assertThat(read.longs("a.steps")).containsExactly(Long.MIN_VALUE);
      assertThat(read.info("a.steps").shape()).isEmpty();
      assertThat(read.longs("flag")).containsExactly(1, 0, 1);
      assertThat(read.longs("pixels")).containsExactly(255, 7);
      assertThat(read.floats("none")).isEmpty();
      assertThat(read.bytes("z.weight").isReadOnly()).isTrue();
    }
  }

  @Test
  void viewsOutliveTheFile() {
    Path file = folder.resolve("v.safetensors");
    Safetensors.write(file, Map.of("a", Safetensors.Source.ofFloats(new float[] {7}, 1)), Map.of());
    ByteBuffer view;
    try (Safetensors read = Safetensors.open(file)) {
      view = read.bytes("a");
    }
    assertThat(view.getFloat(0)).isEqualTo(7f);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000,0.0",
    "0x3C00,1.0",
    "0xC000,-2.0",
    "0x7BFF,65504.0",
    "0x0001,5.9604645E-8",
    "0x0400,6.1035156E-5",
    "0x7C00,Infinity",
    "0xFC00,-Infinity",
    "0x3555,0.33325195"
  })
  void halfPrecisionHasItsKnownValues(String bits, float value) {
    short half = (short) (int) Integer.decode(bits);
    assertThat(HalfPrecision.fromF16(half)).isEqualTo(value);
    assertThat(HalfPrecision.toF16(value)).isEqualTo(half);
  }

  @Test
  void everyHalfSurvivesTheRoundTripAndFloatsGoToTheNearest() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfPrecision.fromF16((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(HalfPrecision.toF16(value)).isEqualTo((short) bits);
      }
      float brain = HalfPrecision.fromBf16((short) bits);
      if (!Float.isNaN(brain)) {
        assertThat(HalfPrecision.toBf16(brain)).isEqualTo((short) bits);
      }
    }
    assertThat(HalfPrecision.fromF16(HalfPrecision.toF16(Float.NaN))).isNaN();
    assertThat(HalfPrecision.fromBf16(HalfPrecision.toBf16(Float.NaN))).isNaN();
    assertThat(HalfPrecision.toF16(65520f)).isEqualTo((short) 0x7C00);
    assertThat(HalfPrecision.toF16(65519f)).isEqualTo((short) 0x7BFF);
    assertThat(HalfPrecision.toF16(1f + 0x1p-11f)).isEqualTo((short) 0x3C00);
    assertThat(HalfPrecision.toF16(1f + 3 * 0x1p-11f)).isEqualTo((short) 0x3C02);
    assertThat(HalfPrecision.toBf16(1f + 0x1p-8f)).isEqualTo((short) 0x3F80);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"a\":3}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} x",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"__metadata__\":{\"a\":1}}"
      })
  void damagedHeadersAreRefused(String header) throws IOException {
    Path file = writeRaw(header.length(), header, 8);
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Maybe ");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1000, 100_000_001, 0})
  void impossibleHeaderLengthsAreRefused(long length) throws IOException {
    Path file = writeRaw(length, TWO_FLOATS, 8);
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("header claims");
  }

  @Test
  void everyTruncationIsFound() throws IOException {
    byte[] whole = Files.readAllBytes(writeRaw(TWO_FLOATS.length(), TWO_FLOATS, 8));
    Path file = folder.resolve("cut.safetensors");
    for (int kept = 0; kept < whole.length; kept++) {
      Files.write(file, Arrays.copyOf(whole, kept));
      assertThatThrownBy(() -> Safetensors.open(file).close())
          .as("first %d bytes", kept)
          .isInstanceOf(DriveDistillException.class);
    }
    Files.write(file, whole);
    Safetensors.open(file).close();
  }

  @Test
  void randomDamageNeverEscapesTheOneErrorType() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] whole = Files.readAllBytes(writeRaw(TWO_FLOATS.length(), TWO_FLOATS, 8));
    Path file = folder.resolve("damaged.safetensors");
    for (int trial = 0; trial < 500; trial++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(8 + TWO_FLOATS.length())] = (byte) random.nextInt();
      Files.write(file, damaged);
      try (Safetensors read = Safetensors.open(file)) {
        read.names().forEach(read::bytes);
      } catch (DriveDistillException expected) {
        assertThat(expected).as("seed %d", seed).hasMessageContaining("Maybe ");
      }
    }
  }

  @Test
  void missingFilesAndTensorsAreNamed() {
    assertThatThrownBy(() -> Safetensors.open(folder.resolve("no.safetensors")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("no.safetensors");
    Path file = folder.resolve("n.safetensors");
    Safetensors.write(
        file, Map.of("head.weight", Safetensors.Source.ofFloats(new float[1], 1)), Map.of());
    try (Safetensors read = Safetensors.open(file)) {
      assertThatThrownBy(() -> read.floats("head.wieght"))
          .hasMessageContaining("Maybe you meant 'head.weight'");
      assertThatThrownBy(() -> read.longs("head.weight")).hasMessageContaining("integers");
    }
  }

  @Test
  void aSourceThatLiesLeavesNoFile() {
    Path file = folder.resolve("lie.safetensors");
    Map<String, Safetensors.Source> tensors =
        Map.of("a", Safetensors.Source.of(Dtype.U8, new long[] {3}, () -> bytes(1, 2)));
    assertThatThrownBy(() -> Safetensors.write(file, tensors, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'");
    assertThat(file).doesNotExist();
  }

  @Test
  void filesOfTheReferenceImplementationAreRead() throws IOException {
    Path fixtures = SharedFolder.require("fixtures/models");
    List<Path> files;
    try (Stream<Path> found = Files.walk(fixtures)) {
      files = found.filter(p -> p.toString().endsWith(".safetensors")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      try (Safetensors read = Safetensors.open(file)) {
        for (String name : read.names()) {
          TensorInfo info = read.info(name);
          assertThat((long) read.bytes(name).remaining()).isEqualTo(info.bytes());
          if (info.dtype() == Dtype.F32) {
            for (float value : read.floats(name)) {
              assertThat(value).as("%s %s", file, name).isNotNaN();
            }
          }
        }
      }
    }
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  private Path writeRaw(long length, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(length).put(json);
    Path file = folder.resolve("raw.safetensors");
    Files.write(file, all.array());
    return file;
  }
}
