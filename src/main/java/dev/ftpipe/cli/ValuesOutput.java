package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.report.Difference;
import dev.ftpipe.report.Snapshot;
import java.io.IOException;
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
  int show(RevisionOptions revisions, Past.Reader reader) throws IOException {
    try (Past past = new Past(invocation)) {
      Map<String, Map<String, JsonNode>> values = past.values(revisions, reader);
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
      List<Difference> differences =
          Difference.between(
              past.values(before, reader), past.values(after, reader), options.all());
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
}
