package io.drivedistill.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder of artefacts, each a folder of files named by its {@link ContentKey}. An entry appears
 * whole or not at all. Its files are compared with the checksums of their writing before the first
 * use in a process; a damaged entry is never handed out. Safe for several threads, of which one
 * makes an entry while others that want it wait.
 */
public final class ContentStore {
  private static final String SEAL = "entry.json";

  private final Path root;
  private final Set<ContentKey> verified = ConcurrentHashMap.newKeySet();
  private final Map<ContentKey, Object> making = new ConcurrentHashMap<>();

  /** Uses this folder, which is made with its first entry. */
  public ContentStore(Path root) {
    this.root = root;
  }

  /** What {@value #SEAL} holds. */
  private record Entry(ContentKey key, FolderSeal seal) {}

  /**
   * The folder of an entry, or empty if the store has none.
   *
   * @throws DriveDistillException if the entry is damaged
   */
  public Optional<Path> find(ContentKey key) {
    Path folder = folderOf(key);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    if (!verified.contains(key)) {
      verify(key, folder);
      verified.add(key);
    }
    return Optional.of(folder);
  }

  /**
   * The folder of an entry, which is made first if the store has none.
   *
   * @param content fills an empty folder
   * @throws DriveDistillException if an existing entry is damaged or the new one cannot be written
   */
  public Path findOrMake(ContentKey key, AtomicFiles.Writer<Path> content) {
    Optional<Path> found = find(key);
    if (found.isPresent()) {
      return found.get();
    }
    Object turn = making.computeIfAbsent(key, k -> new Object());
    synchronized (turn) {
      if (!verified.contains(key)) {
        make(key, content);
        verified.add(key);
      }
    }
    making.remove(key, turn);
    return folderOf(key);
  }

  private void make(ContentKey key, AtomicFiles.Writer<Path> content) {
    AtomicFiles.writeDirectory(
        folderOf(key),
        partial -> {
          content.write(partial);
          JsonFiles.write(
              partial.resolve(SEAL), new Entry(key, FolderSeal.of(partial, Set.of(SEAL))));
        });
  }

  /** Deletes an entry; absent is fine. */
  public void discard(ContentKey key) {
    verified.remove(key);
    try {
      AtomicFiles.deleteTree(folderOf(key));
    } catch (IOException e) {
      throw unreadable(folderOf(key), e.getMessage(), e);
    }
  }

  private void verify(ContentKey key, Path folder) {
    try {
      Entry entry = JsonFiles.read(folder.resolve(SEAL), Entry.class);
      if (!entry.key().equals(key)) {
        throw unreadable(folder, "it says that it is " + entry.key(), null);
      }
      Optional<String> damage = entry.seal().damage(folder);
      if (damage.isPresent()) {
        throw unreadable(folder, damage.get(), null);
      }
    } catch (IOException e) {
      throw unreadable(folder, e.getMessage(), e);
    }
  }

  private static DriveDistillException unreadable(Path folder, String detail, IOException cause) {
    return new DriveDistillException(
        "Damaged store entry " + folder.toAbsolutePath() + ": " + detail,
        "Maybe the disk had an error or a file was edited; delete that folder and run the same"
            + " command again, it is made anew.",
        cause);
  }

  private Path folderOf(ContentKey key) {
    return root.resolve(key.hex().substring(0, 2)).resolve(key.hex());
  }
}
