package dev.ftpipe.run.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Link;
import dev.ftpipe.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are nearly what they should be. */
final class FolderUpdateTest {
  @TempDir Path root;
  private ContentStore content;
  private Path data;
  private Artifact kept;
  private NavigableMap<String, String> good;

  @BeforeEach
  void keep() throws IOException {
    content = LocalStore.open(root.resolve("cache"), List.of(Link.COPY), note -> {}).content();
    data = root.resolve("data");
    write("a/one", "1");
    write("a-b/two", "2");
    write("a/c/three", "3");
    write("d", "4");
    write("e/run", "5");
    assertThat(data.resolve("e/run").toFile().setExecutable(true)).isTrue();
    kept = open().keep("data");
    good = files();
  }

  private WorkTree open() throws IOException {
    return WorkTree.open(root, root.resolve("state"), content, note -> {});
  }

  private void write(String path, String text) throws IOException {
    Path file = data.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Path to kind, bit and bytes of everything below, links as links. */
  private NavigableMap<String, String> files() throws IOException {
    NavigableMap<String, String> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(data)) {
      for (Path path : paths.filter(each -> !Files.isDirectory(each)).toList()) {
        String kind = Files.isSymbolicLink(path) ? "link " : Files.isExecutable(path) ? "x " : "";
        all.put(data.relativize(path).toString(), kind + Files.readString(path));
      }
    }
    return all;
  }

  private void restore() throws IOException {
    WorkTree tree = open();
    assertThat(tree.restore("data", kept)).isTrue();
    assertThat(files()).isEqualTo(good);
    assertThat(open().measure("data")).contains(kept);
  }

  private Object inode(String path) throws IOException {
    return Files.getAttribute(data.resolve(path), "unix:ino");
  }

  @Test
  void restore_whenOneFileIsWrong_writesThatOneOnly() throws IOException {
    Object before = inode("a/one");
    write("a/c/three", "x");
    write("new/and/deep", "x");
    write("a/more", "x");
    Files.delete(data.resolve("d"));
    assertThat(data.resolve("e/run").toFile().setExecutable(false)).isTrue();
    restore();
    assertThat(inode("a/one")).isEqualTo(before);
    assertThat(data.resolve("new")).doesNotExist();
  }

  @Test
  void restore_whenFilesAndFoldersHaveChangedPlaces_putsEachBack() throws IOException {
    AtomicFiles.deleteTree(data.resolve("a"));
    write("a", "a file now");
    Files.delete(data.resolve("d"));
    write("d/file", "a folder now");
    restore();
  }

  @Test
  void restore_whenAnEmptyFolderStandsThere_putsTheFile() throws IOException {
    Files.delete(data.resolve("d"));
    Files.createDirectories(data.resolve("d/nothing"));
    restore();
  }

  @Test
  void restore_whenAFolderIsALink_leavesWhatItPointsTo() throws IOException {
    Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("one"), "not yours");
    AtomicFiles.deleteTree(data.resolve("a"));
    Files.createSymbolicLink(data.resolve("a"), elsewhere);
    restore();
    assertThat(elsewhere.resolve("one")).hasContent("not yours");
  }

  @Test
  void restore_whenALinkLeadsToNothing_removesIt() throws IOException {
    Files.createSymbolicLink(data.resolve("a/nowhere"), root.resolve("nowhere"));
    restore();
  }

  @Test
  void restore_whenTheWholeFolderIsAFileOrALink_makesAFolder() throws IOException {
    Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("one"), "not yours");
    AtomicFiles.deleteTree(data);
    Files.createSymbolicLink(data, elsewhere);
    restore();
    assertThat(elsewhere.resolve("one")).hasContent("not yours");
    AtomicFiles.deleteTree(data);
    Files.writeString(data, "a file");
    restore();
  }

  @Test
  void restore_whenAnIgnoredFileStandsInTheWay_putsWhatWasKept() throws IOException {
    Files.delete(data.resolve("d"));
    AtomicFiles.deleteTree(data.resolve("a"));
    write("d", "ignored");
    write("a", "ignored");
    Files.writeString(root.resolve(".ftpipeignore"), "d\na\n");
    assertThat(open().restore("data", kept)).isTrue();
    assertThat(files()).isEqualTo(good);
  }

  @Test
  void restore_afterAnyEdits_isWhatWasKept() throws IOException {
    Random random = new Random(5);
    List<String> paths =
        List.of("a", "a/one", "a/c", "a/c/three", "a-b", "a-b/two", "d", "e/run", "f/g", "f/h");
    for (int round = 0; round < 150; round++) {
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        String path = paths.get(random.nextInt(paths.size()));
        AtomicFiles.deleteTree(data.resolve(path));
        if (random.nextBoolean() && isFolder(data.resolve(path).getParent())) {
          write(path, String.valueOf(1 + random.nextInt(5)));
        }
      }
      restore();
    }
  }

  private static boolean isFolder(@Nullable Path path) {
    return path != null && (!Files.exists(path) || Files.isDirectory(path));
  }
}
