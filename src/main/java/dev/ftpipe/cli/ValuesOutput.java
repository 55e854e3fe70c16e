package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.report.Difference;
import dev.ftpipe.report.Snapshot;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Prints values of files, at one revision or against another: what {@code params} and {@code
 * metrics} have in common.
 *
 * @param shown how a value looks
 * @param change whether values have a distance
 */
record ValuesOutput(Invocation invocation, TableOptions format, Shown shown, boolean change) {
  /** At each revision; each of the targets has to be at one of them. */
  int show(RevisionOptions revisions, List<String> targets, Past.Reader reader) throws IOException {
    try (Past past = new Past(invocation)) {
      Map<String, Map<String, JsonNode>> values = past.values(revisions, reader);
      refuseUnknown(targets, values.values());
      if (format.json()) {
        invocation.terminal().out().println(Shown.json(values));
      } else {
        format.print(shown.table(values), invocation.terminal());
      }
      return 0;
    }
  }

  int diff(DiffOptions options, Past.Reader reader) throws IOException {
    try (Past past = new Past(invocation)) {
      Snapshot before = past.at(options.before());
      Snapshot after = past.at(options.after());
      Map<String, JsonNode> old = past.values(before, reader);
      Map<String, JsonNode> now = past.values(after, reader);
      refuseUnknown(options.targets(), List.of(old, now));
      List<Difference> differences = Difference.between(old, now, options.all());
      if (format.json()) {
        invocation.terminal().out().println(DifferenceText.json(differences));
      } else if (!differences.isEmpty()) {
        Shown.Columns columns = new Shown.Columns(options.path(), change);
        format.print(
            shown.differences(differences, before.name(), after.name(), columns),
            invocation.terminal());
      }
      return 0;
    }
  }

  private static void refuseUnknown(
      List<String> targets, Collection<Map<String, JsonNode>> values) {
    for (String target : targets) {
      if (values.stream()
          .flatMap(files -> files.keySet().stream())
          .noneMatch(file -> file.equals(target) || file.startsWith(target + "/"))) {
        throw FtpipeException.usage("there is no file with values '" + target + "'");
      }
    }
  }
}
