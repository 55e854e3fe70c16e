package dev.ftpipe.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitRepositoryTest {
  @TempDir Path folder;

  @Test
  void open_outsideARepository_saysSo() {
    assertThatThrownBy(() -> GitRepository.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("no git repository")
        .hasMessageContaining("git init");
  }

  @Test
  void read_givesTheFileAsItWas_relativeToTheProject() throws Exception {
    GitSandbox git = GitSandbox.init(folder).write("sub/a.txt", "one").write("sub/d/b.txt", "b");
    String first = git.commit("one");
    git.write("sub/a.txt", "two").commit("two");

    try (GitRepository repository = GitRepository.open(folder.resolve("sub"))) {
      Commit before = repository.resolve("HEAD~1");
      assertThat(before.id()).isEqualTo(first);
      assertThat(repository.read(before, "a.txt", 100)).contains("one".getBytes(UTF_8));
      assertThat(repository.read(repository.resolve("main"), "a.txt", 100))
          .contains("two".getBytes(UTF_8));
      assertThat(repository.read(before, "none.txt", 100)).isEmpty();
      assertThat(repository.read(before, "d", 100)).isEmpty();
      assertThat(repository.files(before, "d")).containsExactly("d/b.txt");
      assertThat(repository.files(before, "none")).isEmpty();
      assertThatThrownBy(() -> repository.read(before, "a.txt", 2)).hasMessageContaining("3 bytes");
    }
  }

  @Test
  void resolve_knowsBranchesTagsAndBeginningsOfIds() throws Exception {
    GitSandbox git = GitSandbox.init(folder).write("a.txt", "one");
    String id = git.commit("one");
    git.git("tag", "-a", "v1.0", "-m", "annotated");
    git.git("branch", "feature/x");

    try (GitRepository repository = GitRepository.open(folder)) {
      assertThat(repository.resolve("v1.0").id()).isEqualTo(id);
      assertThat(repository.resolve("feature/x").id()).isEqualTo(id);
      assertThat(repository.resolve(id.substring(0, 8)).id()).isEqualTo(id);
      assertThat(repository.branches()).hasSize(2);
      assertThat(repository.tags()).hasSize(1);
      assertThat(repository.commits()).hasSize(1);
    }
  }

  @Test
  void resolve_anUnknownRevision_offersTheNearest() throws Exception {
    GitSandbox git = GitSandbox.init(folder).write("a.txt", "one");
    git.commit("one");
    git.git("tag", "release-1");

    try (GitRepository repository = GitRepository.open(folder)) {
      assertThatThrownBy(() -> repository.resolve("relase-1"))
          .hasMessage("there is no git revision 'relase-1'; did you mean 'release-1'?");
      assertThatThrownBy(() -> repository.resolve("HEAD~7")).hasMessageContaining("'HEAD~7'");
      assertThatThrownBy(() -> repository.resolve("~~^{nonsense"))
          .isInstanceOf(FtpipeException.class);
    }
  }

  @Test
  void resolve_beforeTheFirstCommit_saysThatThereIsNone() throws Exception {
    GitSandbox.init(folder);

    try (GitRepository repository = GitRepository.open(folder)) {
      assertThatThrownBy(() -> repository.resolve("HEAD")).hasMessageContaining("no commit yet");
    }
  }

  @Test
  void resolve_whatAShallowCloneLacks_saysHowToGetIt() throws Exception {
    GitSandbox git = GitSandbox.init(Files.createDirectory(folder.resolve("whole")));
    git.write("a.txt", "one").commit("one");
    git.write("a.txt", "two").commit("two");
    git.git("clone", "-q", "--depth", "1", "file://" + folder.resolve("whole"), "../shallow");

    try (GitRepository repository = GitRepository.open(folder.resolve("shallow"))) {
      assertThat(repository.commits()).hasSize(1);
      assertThatThrownBy(() -> repository.resolve("HEAD~1"))
          .hasMessageContaining("git fetch --unshallow");
    }
  }
}
