package io.drivedistill.core;

import static io.drivedistill.core.PytorchWriter.call;
import static io.drivedistill.core.PytorchWriter.dictionary;
import static io.drivedistill.core.PytorchWriter.global;
import static io.drivedistill.core.PytorchWriter.no;
import static io.drivedistill.core.PytorchWriter.number;
import static io.drivedistill.core.PytorchWriter.numbers;
import static io.drivedistill.core.PytorchWriter.object;
import static io.drivedistill.core.PytorchWriter.ordered;
import static io.drivedistill.core.PytorchWriter.storage;
import static io.drivedistill.core.PytorchWriter.tensor;
import static io.drivedistill.core.PytorchWriter.text;
import static io.drivedistill.core.PytorchWriter.tuple;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PytorchFileTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "DoubleStorage,F64", "FloatStorage,F32", "HalfStorage,F16", "BFloat16Storage,BF16",
    "LongStorage,I64", "IntStorage,I32", "ShortStorage,I16", "CharStorage,I8",
    "ByteStorage,U8", "BoolStorage,BOOL"
  })
  void everyTypeIsRead(String storageType, Dtype dtype) throws IOException {
    double[] values = dtype == Dtype.BOOL ? new double[] {0, 1, 1} : new double[] {3, 1, 100};
    Path file = plain(Map.of("a", tensor(storageType, "0", 3)), Map.of("0", bytes(dtype, values)));
    try (TensorFile read = TensorFile.open(file)) {
      assertThat(read.names()).containsExactly("a");
      assertThat(read.info("a")).isEqualTo(new TensorInfo(dtype, List.of(3L), 3L * dtype.bytes()));
      if (dtype.isFloating()) {
        assertThat(read.floats("a")).containsExactly(3, 1, 100);
      } else {
        assertThat(read.longs("a")).containsExactly(longs(values));
      }
    }
  }

  @Test
  void signedBytesKeepTheirSign() throws IOException {
    Path file =
        plain(Map.of("a", tensor("CharStorage", "0", 2)), Map.of("0", bytes(Dtype.I8, -3, 4)));
    try (TensorFile read = TensorFile.open(file)) {
      assertThat(read.longs("a")).containsExactly(-3, 4);
    }
  }

  @Test
  void stridesOffsetsAndSharedStoragesGiveRowMajorTensors() throws IOException {
    Map<String, PytorchWriter.Value> items = new LinkedHashMap<>();
    items.put("all", tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1}));
    items.put("turned", tensor("FloatStorage", "0", 6, 0, new long[] {3, 2}, new long[] {1, 3}));
    items.put("tail", tensor("FloatStorage", "0", 6, 2, new long[] {4}, new long[] {1}));
    items.put("column", tensor("FloatStorage", "0", 6, 1, new long[] {2}, new long[] {3}));
    items.put("spread", tensor("FloatStorage", "0", 6, 5, new long[] {2, 2}, new long[] {0, 0}));
    items.put("scalar", tensor("FloatStorage", "0", 6, 4, new long[0], new long[0]));
    items.put("none", tensor("FloatStorage", "0", 6, 0, new long[] {0, 4}, new long[] {4, 1}));
    Path file = plain(items, Map.of("0", bytes(Dtype.F32, 0, 1, 2, 3, 4, 5)));
    try (TensorFile read = TensorFile.open(file)) {
      assertThat(read.names()).containsExactlyElementsOf(items.keySet());
      assertThat(read.floats("all")).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(read.floats("turned")).containsExactly(0, 3, 1, 4, 2, 5);
      assertThat(read.bytes("turned", 8, 8).getFloat(4)).isEqualTo(4f);
      assertThat(read.floats("tail")).containsExactly(2, 3, 4, 5);
      assertThat(read.floats("column")).containsExactly(1, 4);
      assertThat(read.floats("spread")).containsExactly(5, 5, 5, 5);
      assertThat(read.floats("scalar")).containsExactly(4);
      assertThat(read.floats("none")).isEmpty();
      assertThat(read.bytes("all").isReadOnly()).isTrue();
    }
  }

  @Test
  void aLightningCheckpointGivesItsStateAndIgnoresForeignObjects() throws IOException {
    Map<String, PytorchWriter.Value> root = new LinkedHashMap<>();
    root.put("epoch", number(3));
    root.put("hyper_parameters", object("omegaconf.dictconfig", "DictConfig", text("x")));
    root.put("path", call(global("pathlib", "PosixPath"), text("/tmp")));
    root.put("moment", tensor("FloatStorage", "1", 1));
    root.put(
        "state_dict",
        ordered(
            Map.of(
                "lam.w",
                call(
                    global("torch._utils", "_rebuild_parameter"),
                    tensor("FloatStorage", "0", 2),
                    no(),
                    call(global("collections", "OrderedDict"))))));
    Path file =
        PytorchWriter.write(
            folder.resolve("lam.ckpt"),
            dictionary(root),
            Map.of("0", bytes(Dtype.F32, 1, 2), "1", bytes(Dtype.F32, 9)),
            entries -> {});
    try (TensorFile read = TensorFile.open(file)) {
      assertThat(read.names()).containsExactly("lam.w");
      assertThat(read.floats("lam.w")).containsExactly(1, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "teacher", "model_state_dict"})
  void theOnlyDictionaryOfTensorsIsTheState(String name) throws IOException {
    Map<String, PytorchWriter.Value> root = new LinkedHashMap<>();
    root.put("optimizer", dictionary(Map.of("lr", number(1))));
    root.put(name, ordered(Map.of("w", tensor("LongStorage", "0", 1))));
    Path file =
        PytorchWriter.write(
            folder.resolve("m.pth"),
            dictionary(root),
            Map.of("0", bytes(Dtype.I64, -7)),
            entries -> {});
    try (TensorFile read = TensorFile.open(file)) {
      assertThat(read.longs("w")).containsExactly(-7);
    }
  }

  @Test
  void tensorsOfStatedTypeOverUntypedStorageAreRead() throws IOException {
    PytorchWriter.Value tensor =
        call(
            global("torch._utils", "_rebuild_tensor_v3"),
            storage(global("torch.storage", "UntypedStorage"), "0", 8),
            number(1),
            numbers(3),
            numbers(1),
            no(),
            call(global("collections", "OrderedDict")),
            global("torch", "int16"));
    Path file = plain(Map.of("a", tensor), Map.of("0", bytes(Dtype.I16, 1, -2, 3, 4)));
    try (TensorFile read = TensorFile.open(file)) {
      assertThat(read.longs("a")).containsExactly(-2, 3, 4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "posix,system",
    "nt,system",
    "os,popen",
    "subprocess,Popen",
    "builtins,eval",
    "__builtin__,exec",
    "builtins,getattr",
    "runpy,_run_code",
    "importlib,import_module"
  })
  void namesThatActOnTheMachineAreRefused(String module, String name) throws IOException {
    Path witness = folder.resolve("witness");
    Map<String, PytorchWriter.Value> root = new LinkedHashMap<>();
    root.put("a", tensor("FloatStorage", "0", 1));
    root.put("attack", call(global(module, name), text("touch " + witness)));
    Path file = plain(root, Map.of("0", bytes(Dtype.F32, 1)));
    assertThatThrownBy(() -> TensorFile.open(file))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(module + "." + name + " is not on the allow-list")
        .hasMessageContaining("Maybe the file is hostile");
    assertThat(witness).doesNotExist();
  }

  @Test
  void viewsBeyondTheirStorageAreRefused() throws IOException {
    Map<String, byte[]> storages = Map.of("0", bytes(Dtype.F32, 1, 2));
    for (PytorchWriter.Value bad :
        List.of(
            tensor("FloatStorage", "0", 3),
            tensor("FloatStorage", "0", 2, 1, new long[] {2}, new long[] {1}),
            tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {2}),
            tensor("FloatStorage", "0", 2, Long.MAX_VALUE, new long[] {1}, new long[] {1}),
            tensor("FloatStorage", "0", 2, 0, new long[] {3}, new long[] {Long.MAX_VALUE}),
            tensor("FloatStorage", "0", 2, 0, new long[] {Long.MAX_VALUE, 8}, new long[] {0, 0}),
            tensor("FloatStorage", "0", 2, -1, new long[] {1}, new long[] {1}),
            tensor("FloatStorage", "0", 2, 0, new long[] {-1}, new long[] {1}),
            tensor("FloatStorage", "0", 2, 0, new long[] {1, 1}, new long[] {1}),
            tensor("FloatStorage", "7", 1))) {
      Path file = plain(Map.of("a", bad), storages);
      assertThatThrownBy(() -> TensorFile.open(file))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("Maybe ");
    }
  }

  @Test
  void otherContentsAreExplained() throws IOException {
    Path file = folder.resolve("x.pth");
    PytorchWriter.write(
        file, object("my.net", "Net", dictionary(Map.of())), Map.of(), entries -> {});
    assertThatThrownBy(() -> TensorFile.open(file))
        .hasMessageContaining("an object of the class my.net.Net")
        .hasMessageContaining("state_dict()");
    PytorchWriter.write(file, dictionary(Map.of("lr", tuple(number(1)))), Map.of(), entries -> {});
    assertThatThrownBy(() -> TensorFile.open(file))
        .hasMessageContaining("holds no dictionary of tensors; its entries are [lr]");
    Map<String, PytorchWriter.Value> both = new LinkedHashMap<>();
    both.put("student", ordered(Map.of("w", tensor("FloatStorage", "0", 1))));
    both.put("teacher", ordered(Map.of("w", tensor("FloatStorage", "0", 1))));
    PytorchWriter.write(file, dictionary(both), Map.of("0", bytes(Dtype.F32, 1)), entries -> {});
    assertThatThrownBy(() -> TensorFile.open(file)).hasMessageContaining("[student, teacher]");
    Files.write(
        file,
        new byte[] {
          (byte) 0x80,
          2,
          (byte) 0x8a,
          10,
          0x6c,
          (byte) 0xfc,
          (byte) 0x9c,
          0x46,
          (byte) 0xf9,
          0x20,
          0x6a,
          (byte) 0xa8,
          0x50,
          0x19,
          '.'
        });
    assertThatThrownBy(() -> TensorFile.open(file))
        .hasMessageContaining("before version 1.6")
        .hasMessageContaining("weights_only=True");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("x/data.pkl"));
      zip.write(new byte[64]);
    }
    assertThatThrownBy(() -> TensorFile.open(file)).hasMessageContaining("is compressed");
    PytorchWriter.write(
        file,
        dictionary(Map.of("w", tensor("FloatStorage", "0", 1))),
        Map.of("0", bytes(Dtype.F32, 1)),
        entries -> entries.put("x/byteorder", "big".getBytes(StandardCharsets.US_ASCII)));
    assertThatThrownBy(() -> TensorFile.open(file)).hasMessageContaining("big endian");
  }

  @Test
  void everyTruncationIsFound() throws IOException {
    byte[] whole = Files.readAllBytes(sample());
    Path file = folder.resolve("cut.pth");
    for (int kept = 0; kept < whole.length; kept++) {
      Files.write(file, Arrays.copyOf(whole, kept));
      assertThatThrownBy(() -> TensorFile.open(file).close())
          .as("first %d bytes", kept)
          .isInstanceOf(DriveDistillException.class);
    }
  }

  @Test
  void everyFlippedBitOfAStorageIsFound() throws IOException {
    byte[] whole = Files.readAllBytes(sample());
    Path file = folder.resolve("flipped.pth");
    int at = indexOf(whole, bytes(Dtype.F32, 1.5, -2, 3, 4));
    for (int bit = 0; bit < 16 * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[at + bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      try (TensorFile read = TensorFile.open(file)) {
        assertThatThrownBy(() -> read.floats("a"))
            .isInstanceOf(DriveDistillException.class)
            .hasMessageContaining("is damaged");
      }
    }
  }

  @Test
  void randomDamageNeverEscapesTheOneErrorType() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] whole = Files.readAllBytes(sample());
    Path file = folder.resolve("damaged.pth");
    for (int trial = 0; trial < 3000; trial++) {
      byte[] damaged = whole.clone();
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try (TensorFile read = TensorFile.open(file)) {
        read.names().forEach(read::bytes);
      } catch (DriveDistillException expected) {
        assertThat(expected).as("seed %d", seed).hasMessageContaining("Maybe ");
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ", trial " + trial, e);
      }
    }
  }

  /** The same damage with right checksums: only the checks of the pickle itself are left. */
  @Test
  void randomPicklesNeverEscapeTheOneErrorType() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    Path file = folder.resolve("x.pth");
    for (int trial = 0; trial < 2000; trial++) {
      PytorchWriter.write(
          file,
          dictionary(Map.of("a", tensor("FloatStorage", "0", 2, 2))),
          Map.of("0", bytes(Dtype.F32, 1.5, -2, 3, 4)),
          entries -> {
            byte[] pickle = entries.get("x/data.pkl");
            for (int k = random.nextInt(1, 4); k > 0; k--) {
              pickle[random.nextInt(pickle.length)] = (byte) random.nextInt();
            }
          });
      try (TensorFile read = TensorFile.open(file)) {
        for (String name : read.names()) {
          if (read.info(name).bytes() < 1 << 20) {
            read.bytes(name);
          }
        }
      } catch (DriveDistillException expected) {
        assertThat(expected).as("seed %d", seed).hasMessageContaining("Maybe ");
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ", trial " + trial, e);
      }
    }
  }

  @Test
  void missingFilesAndTensorsAreNamed() throws IOException {
    assertThatThrownBy(() -> TensorFile.open(folder.resolve("no.pth")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("no.pth");
    try (TensorFile read = TensorFile.open(sample())) {
      assertThatThrownBy(() -> read.floats("b")).hasMessageContaining("holds no tensor 'b'");
    }
  }

  private Path sample() throws IOException {
    return plain(
        Map.of("a", tensor("FloatStorage", "0", 2, 2)),
        Map.of("0", bytes(Dtype.F32, 1.5, -2, 3, 4)));
  }

  private Path plain(Map<String, PytorchWriter.Value> items, Map<String, byte[]> storages)
      throws IOException {
    return PytorchWriter.write(folder.resolve("x.pth"), ordered(items), storages, entries -> {});
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int at = 0; at + part.length <= whole.length; at++) {
      if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    throw new AssertionError("the storage is not in the file as it is");
  }

  private static long[] longs(double... values) {
    return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
  }

  private static byte[] bytes(Dtype dtype, double... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (dtype) {
        case F64 -> buffer.putDouble(value);
        case F32 -> buffer.putFloat((float) value);
        case F16 -> buffer.putShort(HalfPrecision.toF16((float) value));
        case BF16 -> buffer.putShort(HalfPrecision.toBf16((float) value));
        case I64 -> buffer.putLong((long) value);
        case I32 -> buffer.putInt((int) value);
        case I16 -> buffer.putShort((short) value);
        case I8, U8, BOOL -> buffer.put((byte) value);
      }
    }
    return buffer.array();
  }
}
