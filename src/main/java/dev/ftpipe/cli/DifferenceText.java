package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.report.Difference;
import java.util.List;

/** Differences of values in the shapes that DVC prints. */
final class DifferenceText {
  private DifferenceText() {}

  /** {@code {path: {name: {"old", "new", "diff"}}}}. */
  static ObjectNode json(List<Difference> differences) {
    ObjectNode json = Json.mapper().createObjectNode();
    for (Difference each : differences) {
      ObjectNode pair = json.withObjectProperty(each.path()).putObject(each.name());
      pair.set("old", each.before().orElse(NullNode.getInstance()));
      pair.set("new", each.after().orElse(NullNode.getInstance()));
      each.change().ifPresent(number -> pair.set("diff", number));
    }
    return json;
  }
}
