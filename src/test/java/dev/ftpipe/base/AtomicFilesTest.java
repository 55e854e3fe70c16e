package dev.ftpipe.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void write_whenThere_replacesAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("below/file");

    AtomicFiles.write(file, "one");
    AtomicFiles.write(file, "two");

    assertThat(file).hasContent("two");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void write_hasThePermissionsOfAnyNewFile() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain"), "x");
    Path atomic = folder.resolve("atomic");

    AtomicFiles.write(atomic, "x");

    assertThat(Files.getPosixFilePermissions(atomic))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void write_whenItCannotBePutInPlace_leavesNoTemporaryFile() throws IOException {
    Path occupied = folder.resolve("occupied");
    Files.createDirectories(occupied.resolve("by/folders"));

    assertThatThrownBy(() -> AtomicFiles.write(occupied, "x")).isInstanceOf(IOException.class);

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(occupied);
    }
  }

  @Test
  void deleteTree_doesNotFollowLinks() throws IOException {
    Path kept =
        Files.writeString(Files.createDirectories(folder.resolve("kept")).resolve("a"), "a");
    Path removed = Files.createDirectories(folder.resolve("removed"));
    Files.createSymbolicLink(removed.resolve("link"), kept.getParent());

    AtomicFiles.deleteTree(removed);

    assertThat(removed).doesNotExist();
    assertThat(kept).hasContent("a");
  }
}
