package dev.ftpipe.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitStatusTest {
  @TempDir Path folder;

  @Test
  void of_outsideARepository_isEmpty() throws Exception {
    assertThat(GitStatus.of(folder)).isEmpty();
  }

  @Test
  void of_beforeTheFirstCommit_hasNoRevision() throws Exception {
    GitSandbox.init(folder);

    GitState state = bothSay(folder);

    assertThat(state.revision()).isEmpty();
    assertThat(state.branch()).contains("main");
    assertThat(state.changed()).isEmpty();
  }

  @Test
  void of_whenNothingChanged_isClean() throws Exception {
    GitSandbox git = GitSandbox.init(folder).write("a.txt", "a").write("pkg/b.txt", "b");
    String id = git.commit("one");
    git.write("untracked.txt", "x");

    assertThat(bothSay(folder)).isEqualTo(state(id, "main"));
  }

  @Test
  void of_namesWhatChanged_asSeenFromTheProject() throws Exception {
    GitSandbox git =
        GitSandbox.init(folder)
            .write("a.txt", "a")
            .write("gone.txt", "g")
            .write("old name.txt", "a file that is long enough to be found again\n")
            .write("pkg/b ü.txt", "b");
    String id = git.commit("one");
    git.write("a.txt", "changed").write("pkg/b ü.txt", "changed").write("pkg/new.txt", "n");
    git.git("add", "pkg/new.txt");
    Files.delete(folder.resolve("gone.txt"));

    assertThat(bothSay(folder.resolve("pkg")))
        .isEqualTo(state(id, "main", "../a.txt", "../gone.txt", "b ü.txt", "new.txt"));
  }

  @Test
  void of_aRename_isOneChange() throws Exception {
    GitSandbox git = GitSandbox.init(folder).write("old name.txt", "long enough to be found\n");
    String id = git.commit("one");
    git.git("mv", "old name.txt", "new name.txt");

    assertThat(GitStatus.of(folder)).contains(state(id, "main", "new name.txt"));
  }

  @Test
  void of_aLinkedWorkTreeWithoutBranch_knowsItsOwnRevision() throws Exception {
    GitSandbox git = GitSandbox.init(folder.resolve("main")).write("a.txt", "a");
    String first = git.commit("one");
    git.write("a.txt", "b");
    git.commit("two");
    git.git("worktree", "add", "--detach", "../other", first);

    assertThat(bothSay(folder.resolve("other")))
        .isEqualTo(new GitState(Optional.of(first), Optional.empty(), java.util.List.of()));
  }

  private static GitState state(String id, String branch, String... changed) {
    return new GitState(Optional.of(id), Optional.of(branch), java.util.List.of(changed));
  }

  /** The git program and JGit have to agree. */
  private static GitState bothSay(Path project) throws IOException, InterruptedException {
    GitFolder around = GitFolder.around(project).orElseThrow();
    GitState told = GitProgram.status(around).orElseThrow();
    assertThat(GitLibrary.status(around)).isEqualTo(told);
    return told;
  }
}
