package io.drivedistill.nn;

import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * A libtorch of the user's own in the place of the one for processors that comes with the project:
 * a graphics card needs one. The engine takes it from three variables, and where they do not fit it
 * may silently compute on processors; so they are looked at first.
 *
 * @param folder {@code PYTORCH_LIBRARY_PATH}
 * @param flavour {@code PYTORCH_FLAVOR}: {@code cpu}, or {@code cu} and the version of CUDA
 */
record OwnTorch(Path folder, String flavour) {
  private static final String FOLDER = "PYTORCH_LIBRARY_PATH";
  private static final String VERSION = "PYTORCH_VERSION";
  private static final String FLAVOUR = "PYTORCH_FLAVOR";
  private static final String LIBRARY = "libtorch_cpu.so";
  private static final String CUDA = "cu";

  /**
   * Reads the variables; empty where they name no libtorch.
   *
   * @throws DriveDistillException if they cannot work
   */
  static Optional<OwnTorch> of(Map<String, String> environment) {
    String folder = environment.getOrDefault(FOLDER, "");
    String version = environment.getOrDefault(VERSION, "");
    String flavour = environment.getOrDefault(FLAVOUR, "");
    if (folder.isBlank() && !flavour.startsWith(CUDA)) {
      return Optional.empty();
    }
    if (!Files.exists(Path.of(folder, LIBRARY))) {
      throw refused(FOLDER, folder, "a folder with " + LIBRARY);
    }
    if (!version.equals(bindingVersion())) {
      throw refused(VERSION, version, bindingVersion() + ", which this build is bound to");
    }
    String binding = "/jnilib/linux-x86_64/" + flavour + "/libdjl_torch.so";
    if (flavour.isBlank() || OwnTorch.class.getResource(binding) == null) {
      throw refused(FLAVOUR, flavour, "cpu or cu128, which this build is bound to");
    }
    return Optional.of(new OwnTorch(Path.of(folder), flavour));
  }

  private static DriveDistillException refused(String variable, String value, String expected) {
    String version = bindingVersion();
    return new DriveDistillException(
        variable + " is '" + value + "', expected " + expected,
        String.format(
            "Maybe set %s to the folder torch/lib of a Python torch %s, %s=%s and %s=cu128 (a"
                + " graphics card) or cpu; without the three the libtorch that comes with the"
                + " project computes on the processors.",
            FOLDER, version, VERSION, version, FLAVOUR));
  }

  /** Whether it computes on graphics cards. */
  boolean isForGpu() {
    return flavour.startsWith(CUDA);
  }

  private static String bindingVersion() {
    Properties properties = new Properties();
    try (InputStream file = OwnTorch.class.getResourceAsStream("/jnilib/pytorch.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("jni_version").replaceFirst("-.*", "");
  }
}
