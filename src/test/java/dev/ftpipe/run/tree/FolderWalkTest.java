package dev.ftpipe.run.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWalkTest {
  @TempDir Path root;

  private void files(String... paths) throws IOException {
    for (String path : paths) {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, path);
    }
  }

  private List<String> walked() throws IOException {
    List<String> paths = new ArrayList<>();
    FolderWalk.of(root.resolve("data"), root)
        .visit((folder, entry) -> paths.add(folder.path(entry)));
    return paths;
  }

  @Test
  void visit_goesInTheOrderOfWholePaths() throws IOException {
    files(
        "data/a/b", "data/a-b", "data/a.b", "data/a0", "data/a b/c", "data/a/b.c/d", "data/z/é/x");
    Files.createDirectories(root.resolve("data/empty/er"));
    assertThat(walked()).hasSize(7).isSorted();
  }

  @Test
  void walk_passesOverFoldersOfOtherTools() throws IOException {
    files("data/.git/x", "data/s/.git", "data/.hg/x", "data/.dvc/x", "data/s/.ftpipe/x");
    files("data/.gitignore", "data/s/.gitkeep");
    assertThat(walked()).containsExactly(".gitignore", "s/.gitkeep");
  }

  // What DVC 3.67 makes of the same files and rules.
  @Test
  void walk_obeysIgnoreFilesOfFoldersAround() throws IOException {
    files("data/a.txt", "data/b.log", "data/sub/c.log", "data/k.tmp", "data/build");
    Files.writeString(root.resolve(".dvcignore"), "*.log\n");
    assertThat(walked()).containsExactly("a.txt", "build", "k.tmp");
    Files.writeString(root.resolve(".dvcignore"), "# both\n/data/build\nsub/\n");
    assertThat(walked()).containsExactly("a.txt", "b.log", "k.tmp");
    Files.writeString(root.resolve(".dvcignore"), "*.log\n!c.log\n");
    Files.writeString(root.resolve(".ftpipeignore"), "*.tmp\n");
    assertThat(walked()).containsExactly("a.txt", "build", "sub/c.log");
  }

  @Test
  void walk_letsTheDeeperIgnoreFileDecide() throws IOException {
    files("data/b.log", "data/sub/c.log", "data/sub/d.log");
    Files.writeString(root.resolve(".ftpipeignore"), "*.log\n");
    Files.writeString(root.resolve("data/sub/.ftpipeignore"), "!c.log\n");
    assertThat(walked()).containsExactly("sub/c.log");
  }

  @Test
  void walk_whenALinkIsBrokenOrCircular_saysSoUnlessIgnored() throws IOException {
    files("data/a");
    Files.createSymbolicLink(root.resolve("data/gone"), Path.of("nowhere"));
    assertThatThrownBy(this::walked)
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("data/gone is a link to nothing");
    Files.writeString(root.resolve(".dvcignore"), "gone\n");
    assertThat(walked()).containsExactly("a");
    Files.createDirectories(root.resolve("data/s"));
    Files.createSymbolicLink(root.resolve("data/s/up"), Path.of(".."));
    assertThatThrownBy(this::walked)
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("data/s/up is a link to a folder around it");
  }

  @Test
  void fingerprint_changesWithEveryLook() throws IOException {
    files("data/a", "data/s/b");
    Fingerprint.Value before = print();
    assertThat(print()).isEqualTo(before);
    Path file = root.resolve("data/s/b");
    FileTime time = Files.getLastModifiedTime(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThat(print()).isNotEqualTo(before);
    Files.setLastModifiedTime(file, time);
    assertThat(print()).isEqualTo(before);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    assertThat(print()).isNotEqualTo(before);
    assertThat(file.toFile().setExecutable(false)).isTrue();
    Files.move(file, root.resolve("data/s/c"));
    assertThat(print()).isNotEqualTo(before);
    Files.move(root.resolve("data/s/c"), file);
    assertThat(print()).isEqualTo(before);
  }

  private Fingerprint.Value print() throws IOException {
    return FolderWalk.of(root.resolve("data"), root).fingerprint();
  }
}
