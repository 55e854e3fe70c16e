package dev.ftpipe.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IgnoredTest {
  @TempDir private Path folder;

  private List<String> add(String... paths) throws Exception {
    return new Ignored(folder, path -> false).add(List.of(paths));
  }

  private String read(String path) throws IOException {
    return Files.readString(folder.resolve(path));
  }

  @Test
  void add_writesALineBesideEachPath_once() throws Exception {
    GitSandbox git = GitSandbox.init(folder);
    git.write("out.txt", "1").write("a/b/model/w", "1").write("a/b/odd [name]*", "1");

    assertThat(add("out.txt", "a/b/model", "a/b/odd [name]*")).hasSize(3);

    assertThat(read(".gitignore")).isEqualTo("/out.txt\n");
    assertThat(read("a/b/.gitignore")).isEqualTo("/model\n/odd\\ \\[name\\]\\*\n");
    assertThat(git.git("status", "--porcelain", "-uall"))
        .isEqualTo("?? .gitignore\n?? a/b/.gitignore");
    assertThat(add("out.txt", "a/b/model", "a/b/odd [name]*")).isEmpty();
  }

  @Test
  void add_leavesWhatGitIgnoresOrTracks() throws Exception {
    GitSandbox git = GitSandbox.init(folder);
    git.write("tracked.csv", "1").write("results/a/part", "1").commit("one");
    git.write(".gitignore", "/data/processed/\n*.bin").write("data/processed/x", "1");
    git.write("w.bin", "1").write("results/a/more", "1").write("new", "1");

    assertThat(add("data/processed/x", "data/processed", "w.bin", "tracked.csv", "results/a"))
        .isEmpty();
    assertThat(read(".gitignore")).isEqualTo("/data/processed/\n*.bin");

    assertThat(add("new", "w.bin")).containsExactly("new");
    assertThat(read(".gitignore")).isEqualTo("/data/processed/\n*.bin\n/new\n");
  }

  @Test
  void add_putsNoFileIntoAFolderWhoseBytesCount() throws Exception {
    GitSandbox.init(folder).write("data/deep/made", "1").write("data/raw", "1");
    Set<String> content = Set.of("data", "data/deep");

    assertThat(new Ignored(folder, content::contains).add(List.of("data/deep/made"))).hasSize(1);

    assertThat(read(".gitignore")).isEqualTo("/data/deep/made\n");
    assertThat(folder.resolve("data/deep/.gitignore")).doesNotExist();
  }

  @Test
  void add_inAProjectBelowTheTopOfTheRepository_staysInTheProject() throws Exception {
    GitSandbox git = GitSandbox.init(folder).write("project/out", "1");

    assertThat(new Ignored(folder.resolve("project"), path -> false).add(List.of("out")))
        .containsExactly("out");

    assertThat(read("project/.gitignore")).isEqualTo("/out\n");
    assertThat(git.git("status", "--porcelain", "-uall")).isEqualTo("?? project/.gitignore");
  }

  @Test
  void add_withoutARepository_writesNothing() throws Exception {
    Files.writeString(folder.resolve("out"), "1");

    assertThat(add("out")).isEmpty();
    assertThat(folder.resolve(".gitignore")).doesNotExist();
  }
}
