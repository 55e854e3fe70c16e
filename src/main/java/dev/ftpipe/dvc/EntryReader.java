package dev.ftpipe.dvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import java.util.Optional;

/** Reads a dep or an out of DVC's files. */
final class EntryReader {
  private final Problems problems;

  EntryReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * The entry; empty, after a problem, when it has no path in the project or no MD5 sum.
   *
   * @param folder what its path is relative to; itself relative to the project
   */
  Optional<DvcEntry> read(Located value, String folder, String owner) {
    String given = text(value, "path").orElse("");
    ProjectPaths.Checked checked = ProjectPaths.from(folder, given);
    if (!checked.ok()) {
      problems.add(value.place(), checked.problem());
      return Optional.empty();
    }
    Optional<String> md5 = text(value, "md5");
    if (md5.isEmpty() || !DvcHash.isValid(md5.get())) {
      problems.add(
          value.place(),
          "'"
              + given
              + "' has no md5 sum; "
              + (value.member("files").isPresent()
                  ? "data that a version-aware remote keeps by its own versions cannot be"
                      + " imported: run 'dvc pull', then 'dvc add' or 'dvc commit'"
                  : "run 'dvc commit' first"));
      return Optional.empty();
    }
    boolean legacy = text(value, "hash").isEmpty();
    boolean executable =
        value.member("isexec").map(Located::node).filter(JsonNode::booleanValue).isPresent();
    return Optional.of(
        new DvcEntry(
            checked.path(),
            new DvcHash(md5.get(), legacy),
            executable,
            text(value, "remote"),
            owner));
  }

  static Optional<String> text(Located value, String name) {
    return value.member(name).map(Located::node).filter(JsonNode::isTextual).map(JsonNode::asText);
  }
}
