package io.drivedistill.export;

import ai.djl.util.Utils;
import ai.onnxruntime.OrtEnvironment;
import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * The native libraries in ONNX Runtime's jar, unpacked once into a folder of the user's cache,
 * beside those that DJL unpacks. Left to itself ONNX Runtime unpacks them at every start into a
 * temporary folder that stays behind, with 30 MB in it (600 MB with CUDA) where the process was
 * killed.
 */
final class RuntimeLibraries {
  /** Where ONNX Runtime looks before it unpacks; what a user gave is left alone. */
  static final String FOLDER_PROPERTY = "onnxruntime.native.path";

  static final String RUNTIME = "onnxruntime";

  private static final String RESOURCES = "/ai/onnxruntime/native/";
  private static final List<String> ALWAYS =
      List.of(RUNTIME, "onnxruntime4j_jni", "onnxruntime_providers_shared");

  private RuntimeLibraries() {}

  /**
   * Unpacks what is missing or damaged and tells ONNX Runtime where it is; must come before its
   * first class is used. Does nothing where the user named a folder, and where the jar has no
   * library for this system.
   *
   * @throws DriveDistillException if the cache cannot be written
   */
  static synchronized void provide() {
    if (System.getProperty(FOLDER_PROPERTY) == null) {
      folder().ifPresent(folder -> System.setProperty(FOLDER_PROPERTY, folder.toString()));
    }
  }

  /** As {@link #provide}, of the library of an execution provider. */
  static synchronized void provide(Provider provider) {
    String name = "onnxruntime_providers_" + provider.name().toLowerCase(Locale.ROOT);
    Optional<URL> resource = resource(name);
    if (resource.isPresent() && inJar(resource.get())) {
      Path folder = cacheFolder(resource.get());
      if (folder.toString().equals(System.getProperty(FOLDER_PROPERTY))) {
        unpack(folder, List.of(name));
      }
    }
  }

  /** File of the library itself, if ONNX Runtime was told a folder. */
  static Optional<Path> runtime() {
    return Optional.ofNullable(System.getProperty(FOLDER_PROPERTY))
        .map(folder -> Path.of(folder, fileName(RUNTIME)))
        .filter(Files::isRegularFile);
  }

  private static Optional<Path> folder() {
    Optional<URL> resource = resource(RUNTIME);
    if (resource.isEmpty()) {
      return Optional.empty();
    }
    if (!inJar(resource.get())) {
      return Optional.of(Path.of(URI.create(resource.get().toString())).getParent());
    }
    Path folder = cacheFolder(resource.get());
    unpack(folder, ALWAYS.stream().filter(name -> resource(name).isPresent()).toList());
    return Optional.of(folder);
  }

  /** One folder per jar and system: other versions may be in use at the same time. */
  private static Path cacheFolder(URL resource) {
    String jar = resource.getPath().substring(0, resource.getPath().indexOf("!/"));
    String version = jar.substring(jar.lastIndexOf('/') + 1).replaceFirst("\\.jar$", "");
    return Utils.getEngineCacheDir(RUNTIME).resolve(version + "-" + system());
  }

  /** Writes those that are missing or damaged. */
  static void unpack(Path folder, List<String> names) {
    try {
      if (whole(folder, names)) {
        return;
      }
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("unpack.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        for (String name : names) {
          // another process may have written it meanwhile
          if (lock.isValid() && !whole(folder, List.of(name))) {
            try (InputStream library = resource(name).orElseThrow().openStream()) {
              AtomicFiles.writeFile(folder.resolve(fileName(name)), library::transferTo);
            }
          }
        }
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not unpack ONNX Runtime's libraries into " + folder + ": " + e,
          "Maybe the disk is full or the folder is not writable; DJL_CACHE_DIR names another.",
          e);
    }
  }

  /** Whether the files are, byte for byte as far as a checksum tells, those of the jar. */
  private static boolean whole(Path folder, List<String> names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(fileName(name));
      JarEntry packed =
          ((JarURLConnection) resource(name).orElseThrow().openConnection()).getJarEntry();
      if (!Files.isRegularFile(file)
          || Files.size(file) != packed.getSize()
          || checksum(file) != packed.getCrc()) {
        return false;
      }
    }
    return true;
  }

  private static long checksum(Path file) throws IOException {
    try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(file), new CRC32())) {
      byte[] buffer = new byte[1 << 18];
      while (in.read(buffer) >= 0) {
        // the stream counts
      }
      return in.getChecksum().getValue();
    }
  }

  private static Optional<URL> resource(String name) {
    return Optional.ofNullable(
        OrtEnvironment.class.getResource(RESOURCES + system() + "/" + fileName(name)));
  }

  private static boolean inJar(URL resource) {
    try {
      return resource.openConnection() instanceof JarURLConnection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName(String name) {
    return System.mapLibraryName(name);
  }

  /** As ONNX Runtime's jars name it: linux-x64, osx-aarch64. */
  private static String system() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String name = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
    return name + "-" + (processor.matches("amd64|x86_64") ? "x64" : processor);
  }
}
