package dev.ftpipe.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The answer of {@code git status}, in the form that git promises to programs. */
final class GitProgram {
  private static final List<String> COMMAND =
      List.of(
          "git",
          // Does not take the index's lock from under a git command of the user's.
          "--no-optional-locks",
          "status",
          "--porcelain=v2",
          "--branch",
          "-z",
          "--untracked-files=no");

  private GitProgram() {}

  /** Empty when there is no git program, or it fails. */
  static Optional<GitState> status(GitFolder folder) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(COMMAND);
    builder.directory(folder.project().toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process git = builder.start();
      git.getOutputStream().close();
      try (InputStream out = git.getInputStream()) {
        String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        return git.waitFor() == 0 ? Optional.of(parse(text, folder)) : Optional.empty();
      } finally {
        git.destroy();
      }
    } catch (IOException e) {
      // No such program: the caller has another way.
      return Optional.empty();
    }
  }

  static GitState parse(String text, GitFolder folder) {
    Optional<String> revision = Optional.empty();
    Optional<String> branch = Optional.empty();
    TreeSet<String> changed = new TreeSet<>();
    String[] entries = text.split("\0", -1);
    for (int i = 0; i < entries.length; i++) {
      String entry = entries[i];
      if (entry.startsWith("# branch.oid ")) {
        revision = Optional.of(entry.substring(13)).filter(id -> !id.equals("(initial)"));
      } else if (entry.startsWith("# branch.head ")) {
        branch = Optional.of(entry.substring(14)).filter(name -> !name.equals("(detached)"));
      } else if (entry.startsWith("1 ")) {
        changed.add(folder.fromProject(after(entry, 8)));
      } else if (entry.startsWith("2 ")) {
        // A rename or copy: the next entry is the path it had.
        changed.add(folder.fromProject(after(entry, 9)));
        i++;
      } else if (entry.startsWith("u ")) {
        changed.add(folder.fromProject(after(entry, 10)));
      }
    }
    return new GitState(revision, branch, List.copyOf(changed));
  }

  private static String after(String entry, int fields) {
    int at = 0;
    for (int i = 0; i < fields; i++) {
      at = entry.indexOf(' ', at) + 1;
    }
    return entry.substring(at);
  }
}
