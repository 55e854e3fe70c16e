package dev.ftpipe.git;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The answer of {@code git status}, in the form that git promises to programs. */
final class GitProgram {
  private GitProgram() {}

  /** Empty when there is no git program, or it fails. */
  static Optional<GitState> status(GitFolder folder) throws InterruptedException {
    return new GitCommand(
            folder.project(), "status", "--porcelain=v2", "--branch", "-z", "--untracked-files=no")
        .answer()
        .map(entries -> parse(entries, folder));
  }

  private static GitState parse(List<String> entries, GitFolder folder) {
    Optional<String> revision = Optional.empty();
    Optional<String> branch = Optional.empty();
    TreeSet<String> changed = new TreeSet<>();
    for (int i = 0; i < entries.size(); i++) {
      String entry = entries.get(i);
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
