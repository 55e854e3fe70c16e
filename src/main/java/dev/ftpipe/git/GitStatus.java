package dev.ftpipe.git;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Asks for the state of a work tree: the git program where there is one, which answers in
 * milliseconds and costs this process nothing; JGit otherwise.
 */
public final class GitStatus {
  private GitStatus() {}

  /** Whether the folder is in a repository. */
  public static boolean isIn(Path folder) throws IOException {
    return GitFolder.around(folder).isPresent();
  }

  /**
   * The state now; empty when the folder is in no repository.
   *
   * @throws FtpipeException of the environment, when the repository cannot be read
   */
  public static Optional<GitState> of(Path folder) throws InterruptedException {
    try {
      Optional<GitFolder> around = GitFolder.around(folder);
      if (around.isEmpty()) {
        return Optional.empty();
      }
      Optional<GitState> told = GitProgram.status(around.get());
      return told.isPresent() ? told : Optional.of(GitLibrary.status(around.get()));
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read the git repository: " + e.getMessage(), e);
    }
  }
}
