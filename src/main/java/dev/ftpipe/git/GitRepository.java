package dev.ftpipe.git;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** The git repository that a project folder lies in. Paths are relative to that folder. */
public final class GitRepository implements AutoCloseable {
  private final Repository repository;

  /** The project's folder inside the repository: empty, or ending with a slash. */
  private final String prefix;

  private GitRepository(Repository repository, String prefix) {
    this.repository = repository;
    this.prefix = prefix;
  }

  /**
   * Opens the repository around a folder.
   *
   * @throws FtpipeException wrong use, when there is none
   */
  public static GitRepository open(Path folder) {
    QuietSystemReader.install();
    try {
      Path real = folder.toRealPath();
      FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(real.toFile());
      if (builder.getGitDir() == null) {
        throw noRepository(folder);
      }
      Repository repository = builder.setMustExist(true).build();
      if (repository.isBare()) {
        repository.close();
        throw noRepository(folder);
      }
      Path top = repository.getWorkTree().toPath().toRealPath();
      String inside = top.relativize(real).toString().replace('\\', '/');
      return new GitRepository(repository, inside.isEmpty() ? "" : inside + "/");
    } catch (RepositoryNotFoundException e) {
      throw noRepository(folder);
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private static FtpipeException noRepository(Path folder) {
    return FtpipeException.usage(
        folder
            + " is in no git repository, so there is no other revision to read; run 'git init' and"
            + " commit, or use 'ftpipe runs' for what ran here");
  }

  private static FtpipeException cannotRead(IOException e) {
    return FtpipeException.environment(
        "cannot read the git repository: " + IoProblem.sentence(e), e);
  }

  /**
   * The commit that a revision means: a branch, a tag, an id or its beginning, {@code HEAD~2}, …
   *
   * @throws FtpipeException wrong use, when it means none; names the nearest branch or tag
   */
  public Commit resolve(String revision) {
    return find(revision)
        .map(id -> new Commit(id.name(), revision))
        .orElseThrow(() -> unknown(revision));
  }

  private Optional<ObjectId> find(String revision) {
    try {
      return Optional.ofNullable(repository.resolve(revision + "^{commit}"));
    } catch (AmbiguousObjectException e) {
      throw FtpipeException.usage(
          "the revision '" + revision + "' is the beginning of several ids; give more of it");
    } catch (RevisionSyntaxException | IncorrectObjectTypeException | MissingObjectException e) {
      // No commit of that name, whichever of them it is.
      return Optional.empty();
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private FtpipeException unknown(String revision) {
    if (revision.equals(Constants.HEAD)) {
      return FtpipeException.usage(
          "this git repository has no commit yet, so there is nothing to compare with; commit"
              + " first");
    }
    String shallow =
        Files.exists(repository.getCommonDirectory().toPath().resolve("shallow"))
            ? "; this is a shallow clone: 'git fetch --unshallow' brings what it lacks"
            : "";
    return FtpipeException.usage(
        "there is no git revision '" + revision + "'" + Nearest.hint(revision, names()) + shallow);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(List.of(Constants.HEAD));
    names.addAll(refs(Constants.R_HEADS).keySet());
    names.addAll(refs(Constants.R_TAGS).keySet());
    return names;
  }

  /** Every branch. */
  public List<Commit> branches() {
    return refs(Constants.R_HEADS).keySet().stream().map(this::resolve).toList();
  }

  /** Every branch of another repository, as it was when it was last fetched. */
  public List<Commit> remoteBranches() {
    List<Commit> branches = new ArrayList<>();
    for (String name : refs(Constants.R_REMOTES).keySet()) {
      find(Constants.R_REMOTES + name).ifPresent(id -> branches.add(new Commit(id.name(), name)));
    }
    return branches;
  }

  /** Every tag of a commit. */
  public List<Commit> tags() {
    List<Commit> tags = new ArrayList<>();
    for (String name : refs(Constants.R_TAGS).keySet()) {
      // A tag of a file or a folder is allowed by git, and of no use here.
      find(Constants.R_TAGS + name).ifPresent(id -> tags.add(new Commit(id.name(), name)));
    }
    return tags;
  }

  /** Every commit that HEAD, a branch (of others, too) or a tag leads to, the newest first. */
  public List<Commit> commits() {
    List<Commit> commits = new ArrayList<>();
    try (RevWalk walk = new RevWalk(repository)) {
      List<Commit> tips = new ArrayList<>(List.of(resolve(Constants.HEAD)));
      tips.addAll(branches());
      tips.addAll(remoteBranches());
      tips.addAll(tags());
      for (Commit tip : tips) {
        walk.markStart(walk.parseCommit(ObjectId.fromString(tip.id())));
      }
      for (RevCommit each : walk) {
        commits.add(new Commit(each.name(), each.name()));
      }
      return commits;
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private Map<String, Ref> refs(String prefixOfNames) {
    try {
      Map<String, Ref> refs = new LinkedHashMap<>();
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix(prefixOfNames)) {
        refs.put(ref.getName().substring(prefixOfNames.length()), ref);
      }
      return refs;
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  /**
   * The bytes of a file in a commit.
   *
   * @param path relative to the project
   * @param most bytes; a larger file is refused
   * @return empty when the commit has no such file
   */
  public Optional<byte[]> read(Commit commit, String path, int most) {
    try (TreeWalk found = walkTo(commit, prefix + path)) {
      if (found == null || !isFile(found)) {
        return Optional.empty();
      }
      ObjectLoader file = repository.open(found.getObjectId(0), Constants.OBJ_BLOB);
      if (file.getSize() > most) {
        throw FtpipeException.usage(
            path
                + " at "
                + commit.name()
                + " has "
                + file.getSize()
                + " bytes; at most "
                + most
                + " are read");
      }
      return Optional.of(file.getCachedBytes(most));
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  /** The files below a folder of a commit, sorted; empty when it is no folder there. */
  public List<String> files(Commit commit, String folder) {
    List<String> files = new ArrayList<>();
    try (TreeWalk found = walkTo(commit, prefix + folder)) {
      if (found == null || !found.isSubtree()) {
        return files;
      }
      try (TreeWalk below = new TreeWalk(repository)) {
        below.addTree(found.getObjectId(0));
        below.setRecursive(true);
        while (below.next()) {
          if (isFile(below)) {
            files.add(folder + "/" + below.getPathString());
          }
        }
      }
      return files;
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private @Nullable TreeWalk walkTo(Commit commit, String path) throws IOException {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit parsed = walk.parseCommit(ObjectId.fromString(commit.id()));
      return TreeWalk.forPath(repository, path, parsed.getTree());
    }
  }

  private static boolean isFile(TreeWalk entry) {
    return FileMode.REGULAR_FILE.equals(entry.getRawMode(0))
        || FileMode.EXECUTABLE_FILE.equals(entry.getRawMode(0));
  }

  @Override
  public void close() {
    repository.close();
  }
}
