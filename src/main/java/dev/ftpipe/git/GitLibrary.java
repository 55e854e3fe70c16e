package dev.ftpipe.git;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/** The state of a work tree by JGit, for a machine without a git program. */
final class GitLibrary {
  private GitLibrary() {}

  static GitState status(GitFolder folder) throws IOException {
    QuietSystemReader.install();
    try (Git git = Git.open(folder.top().toFile())) {
      Repository repository = git.getRepository();
      Optional<String> revision =
          Optional.ofNullable(repository.resolve(Constants.HEAD)).map(ObjectId::name);
      Optional<String> branch =
          Optional.ofNullable(repository.exactRef(Constants.HEAD))
              .filter(Ref::isSymbolic)
              .map(head -> Repository.shortenRefName(head.getTarget().getName()));
      TreeSet<String> changed = new TreeSet<>();
      git.status().call().getUncommittedChanges().stream()
          .map(folder::fromProject)
          .forEach(changed::add);
      return new GitState(revision, branch, List.copyOf(changed));
    } catch (GitAPIException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
