package io.drivedistill.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Asks for room on the disk before much is written, instead of failing in the middle. */
public final class DiskSpace {
  private DiskSpace() {}

  /**
   * Compares a need with the usable space of the disk that a folder lies on, or will lie on.
   *
   * @param bytes what will be written
   * @param what for the message, such as "the teacher's features"
   * @throws DriveDistillException if there is too little space
   */
  public static void require(Path folder, long bytes, String what) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      long usable = Files.getFileStore(existing).getUsableSpace();
      if (usable < bytes) {
        throw new DriveDistillException(
            "For "
                + what
                + " "
                + readable(bytes)
                + " are needed in "
                + folder.toAbsolutePath()
                + ", but only "
                + readable(usable)
                + " are free",
            "Maybe free some space, or choose a folder on another disk.");
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not ask for the free space of " + existing + ": " + e.getMessage(),
          "Maybe the folder is not readable.",
          e);
    }
  }

  /** A number of bytes for people: "1.5 GiB". */
  public static String readable(long bytes) {
    if (bytes < 1024) {
      return bytes + " bytes";
    }
    double value = bytes;
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    int unit = -1;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}
