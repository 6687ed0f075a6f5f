package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
  private static final ContentKey KEY = ContentKey.of("test").number("seed", 1).build();

  @TempDir Path folder;

  record Settings(int width, Map<String, Integer> parts) {}

  @Test
  void keysOfFilesAreTheirSha256() throws IOException {
    Path file = Files.writeString(folder.resolve("abc"), "abc");
    assertThat(ContentKey.ofFile(file).hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void keysTellEveryPartApart() {
    List<ContentKey.Builder> builders =
        List.of(
            ContentKey.of("a"),
            ContentKey.of("b"),
            ContentKey.of("a").text("x", "yz"),
            ContentKey.of("a").text("xy", "z"),
            ContentKey.of("a").text("x", "y").text("z", ""),
            ContentKey.of("a").bytes("x", "yz".getBytes(StandardCharsets.UTF_8)),
            ContentKey.of("a").number("x", 1),
            ContentKey.of("a").number("x", 1.0),
            ContentKey.of("a").numbers("x", new long[] {1}),
            ContentKey.of("a").numbers("x", new double[] {1}),
            ContentKey.of("a").numbers("x", new float[] {1}),
            ContentKey.of("a").numbers("x", new float[] {1, 0}),
            ContentKey.of("a").key("x", KEY),
            ContentKey.of("a").settings("x", new Settings(1, Map.of())),
            ContentKey.of("a").settings("x", new Settings(2, Map.of())));
    Set<String> keys = new TreeSet<>();
    builders.forEach(builder -> keys.add(builder.build().hex()));
    assertThat(keys).hasSize(builders.size());
  }

  @Test
  void keysDoNotDependOnTheOrderOfMaps() {
    ContentKey one =
        ContentKey.of("a").settings("s", new Settings(1, Map.of("p", 1, "q", 2))).build();
    ContentKey two =
        ContentKey.of("a").settings("s", new Settings(1, Map.of("q", 2, "p", 1))).build();
    assertThat(one).isEqualTo(two);
    assertThat(one.brief()).hasSize(12);
  }

  @Test
  void anEntryIsMadeOnceAndFoundByLaterProcesses() throws IOException {
    ContentStore store = new ContentStore(folder);
    assertThat(store.find(KEY)).isEmpty();
    Path made = store.findOrMake(KEY, ContentStoreTest::fill);
    assertThat(made.resolve("deep/b")).hasContent("b");
    Path again =
        new ContentStore(folder)
            .findOrMake(
                KEY,
                partial -> {
                  throw new IllegalStateException("made twice");
                });
    assertThat(again).isEqualTo(made);
    store.discard(KEY);
    assertThat(store.find(KEY)).isEmpty();
    store.discard(KEY);
  }

  @Test
  void aFailedEntryLeavesNothing() {
    ContentStore store = new ContentStore(folder);
    assertThatThrownBy(
            () ->
                store.findOrMake(
                    KEY,
                    partial -> {
                      fill(partial);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("No space left on device");
    assertThat(store.find(KEY)).isEmpty();
    store.findOrMake(KEY, ContentStoreTest::fill);
    assertThat(new ContentStore(folder).find(KEY)).isPresent();
  }

  @Test
  void everyKindOfDamageIsFound() throws IOException {
    Path entry = new ContentStore(folder).findOrMake(KEY, ContentStoreTest::fill);
    Path file = entry.resolve("a");
    Files.writeString(file, "A");
    assertDamaged("checksum differs");
    Files.writeString(file, "longer");
    assertDamaged("has 6 bytes");
    Files.delete(file);
    assertDamaged("missing");
    Files.writeString(file, "a");
    assertThat(new ContentStore(folder).find(KEY)).isPresent();
    Files.writeString(entry.resolve("entry.json"), "{");
    assertDamaged("entry.json");
  }

  private void assertDamaged(String detail) {
    assertThatThrownBy(() -> new ContentStore(folder).find(KEY))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(detail)
        .hasMessageContaining("Maybe ");
  }

  private static void fill(Path partial) throws IOException {
    Files.writeString(partial.resolve("a"), "a");
    Files.createDirectories(partial.resolve("deep"));
    Files.writeString(partial.resolve("deep/b"), "b");
  }
}
