package dev.ftpipe.run.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Link;
import dev.ftpipe.store.local.LocalStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large files of the work tree and their objects in the cache. */
final class LinksTest {
  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  private ContentStore store(Path root, Link link) {
    return LocalStore.open(root.resolve("cache"), List.of(link), notes::add).content();
  }

  private WorkTree tree(Path root, Link link) throws IOException {
    return WorkTree.open(root, root.resolve("state"), store(root, link), notes::add);
  }

  private static byte[] large() {
    byte[] bytes = new byte[3 << 20];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  private static Path object(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("cache/cas"))) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HARDLINK", "SYMLINK"})
  void keepAndRestore_whenLinked_shareOneReadOnlyFile(Link link) throws IOException {
    WorkTree tree = tree(folder, link);
    Path file = Files.write(folder.resolve("big"), large());
    Artifact kept = tree.keep("big");
    assertThat(Files.isSameFile(file, object(folder))).isTrue();
    assertThat(Files.isSymbolicLink(file)).isEqualTo(link == Link.SYMLINK);
    assertThat(Files.getPosixFilePermissions(file)).doesNotContain(PosixFilePermission.OWNER_WRITE);
    tree.remove("big");
    assertThat(object(folder)).hasBinaryContent(large());
    assertThat(tree.restore("big", kept)).isTrue();
    assertThat(Files.isSameFile(file, object(folder))).isTrue();
    assertThat(tree.measure("big")).contains(kept);
    assertThat(notes).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"HARDLINK", "SYMLINK"})
  void unprotect_givesAFileOfItsOwn(Link link) throws IOException {
    WorkTree tree = tree(folder, link);
    Files.createDirectories(folder.resolve("d"));
    Files.write(folder.resolve("d/big"), large());
    Artifact kept = tree.keep("d");
    tree.unprotect("d");
    Files.write(folder.resolve("d/big"), new byte[1], StandardOpenOption.APPEND);
    assertThat(object(folder)).hasBinaryContent(large());
    assertThat(tree.measure("d")).isNotEqualTo(kept);
    assertThat(tree.restore("d", kept)).isTrue();
    assertThat(folder.resolve("d/big")).hasBinaryContent(large());
  }

  @Test
  void restore_whenSomebodyWroteThroughAHardLink_namesTheObjectAndDropsIt() throws IOException {
    WorkTree tree = tree(folder, Link.HARDLINK);
    Path file = Files.write(folder.resolve("big"), large());
    Artifact kept = tree.keep("big");
    assertThat(file.toFile().setWritable(true)).isTrue();
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(large()[0] + 1);
    }
    Path object = object(folder);
    assertThat(tree.measure("big")).isNotEqualTo(kept);
    assertThat(tree.restore("big", kept)).isFalse();
    assertThat(notes).singleElement().asString().contains(object.toString());
    assertThat(object).doesNotExist();
  }

  @Test
  void keep_whenExecutable_isACopy() throws IOException {
    WorkTree tree = tree(folder, Link.HARDLINK);
    Path file = Files.write(folder.resolve("big"), large());
    assertThat(file.toFile().setExecutable(true)).isTrue();
    Artifact kept = tree.keep("big");
    assertThat(Files.isSameFile(file, object(folder))).isFalse();
    assertThat(tree.restore("big", kept)).isTrue();
    assertThat(Files.isExecutable(file)).isTrue();
    assertThat(tree.measure("big")).contains(kept);
  }

  @Test
  void keepAndRestore_whenTheFileSystemClones_leaveWritableFiles() throws Exception {
    Path image = folder.resolve("image");
    try (RandomAccessFile disk = new RandomAccessFile(image.toFile(), "rw")) {
      disk.setLength(200 << 20);
    }
    Path root = Files.createDirectory(folder.resolve("mnt"));
    assumeTrue(run("mkfs.btrfs", "-q", image.toString()), "needs mkfs.btrfs");
    assumeTrue(run("mount", "-o", "loop", image.toString(), root.toString()), "needs to mount");
    try {
      WorkTree tree = tree(root, Link.REFLINK);
      Path file = Files.write(root.resolve("big"), large());
      Artifact kept = tree.keep("big");
      tree.remove("big");
      assertThat(tree.restore("big", kept)).isTrue();
      Files.write(file, "x".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
      assertThat(object(root)).hasBinaryContent(large());
      assertThat(tree.measure("big")).isNotEqualTo(kept);
    } finally {
      run("umount", "-l", root.toString());
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
