package io.drivedistill.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeLibrariesTest {
  private static final int ASKED_TO_END = 143;
  private static final int LAYERS = 60;

  @TempDir Path folder;

  @Test
  void aDamagedLibraryIsWrittenAnew() throws IOException {
    List<String> names = List.of(RuntimeLibraries.RUNTIME);
    RuntimeLibraries.unpack(folder, names);
    Path library = folder.resolve(System.mapLibraryName(RuntimeLibraries.RUNTIME));
    byte[] whole = Files.readAllBytes(library);
    try (RandomAccessFile file = new RandomAccessFile(library.toFile(), "rw")) {
      file.seek(whole.length / 2);
      file.write(whole[whole.length / 2] + 1);
    }
    RuntimeLibraries.unpack(folder, names);
    assertThat(library).hasBinaryContent(whole);
    Files.write(library, new byte[7]);
    RuntimeLibraries.unpack(folder, names);
    assertThat(library).hasBinaryContent(whole);
    Object written = Files.getLastModifiedTime(library);
    RuntimeLibraries.unpack(folder, names);
    assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);
  }

  @Test
  void theLibraryIsLoadedFromTheCache() {
    OnnxSession.version();
    assertThat(RuntimeLibraries.runtime().orElseThrow())
        .startsWith(Utils.getEngineCacheDir(RuntimeLibraries.RUNTIME));
  }

  /**
   * Without a second hold of the environment most of such processes end in a violation of memory.
   */
  @Test
  void aProcessThatEndsWhileSessionsAreMadeEndsInOrder() throws Exception {
    Path model = folder.resolve("model.onnx");
    new OnnxExporter()
        .export(
            Exports.lambda(RuntimeLibrariesTest::deep),
            List.of(InputSpec.batched("x", 1, 3, 4)),
            List.of("y"))
        .write(model);
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    for (int i = 0; i < 4; i++) {
      Path log = folder.resolve("log.txt");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-XX:ErrorFile=" + folder.resolve("crash.log"),
                  "-Djava.io.tmpdir=" + temporary,
                  "-cp",
                  System.getProperty("java.class.path"),
                  RuntimeLibrariesTest.class.getName(),
                  model.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(ASKED_TO_END);
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  private static NDArray deep(NDArray x) {
    NDArray y = x;
    for (int i = 0; i < LAYERS; i++) {
      y = y.matMul(y.transpose(0, 2, 1)).softmax(2).matMul(y).sin();
    }
    return y;
  }

  /** Loads a model again and again until the process ends, soon and from another thread. */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[0]);
    OnnxSession.open(model, SessionSettings.cpu(2)).close();
    Thread loading =
        new Thread(
            () -> {
              while (true) {
                OnnxSession.open(model, SessionSettings.cpu(2)).close();
              }
            });
    loading.setDaemon(true);
    loading.start();
    for (int i = 0; i < 3; i++) {
      OnnxSession.open(model, SessionSettings.cpu(2)).close();
    }
    System.exit(ASKED_TO_END);
  }
}
