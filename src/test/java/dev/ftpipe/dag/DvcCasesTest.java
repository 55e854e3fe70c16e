package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Small {@code dvc.yaml} files mean what DVC says that they mean. */
final class DvcCasesTest {
  /** Where we differ on purpose, and why. */
  private static final Map<String, String> DIFFERS =
      Map.ofEntries(
          Map.entry("value keeps its type", "a template may give any value, not only a text"),
          Map.entry("list for a list", "a template may give any value, not only a text"),
          Map.entry("bools as pairs of flags", ".dvc/config is not read"),
          Map.entry("matrix in do", "DVC forgets the matrix without a word"),
          Map.entry("foreach over two that read alike", "DVC keeps the last one without a word"));

  @TempDir Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DvcCasesTest.class.getResourceAsStream("/dvcyaml/cases.json"))) {
      List<JsonNode> cases = new ArrayList<>();
      Json.mapper().readTree(in).forEach(cases::add);
      return cases.stream()
          .filter(each -> !DIFFERS.containsKey(each.path("name").asText()))
          .map(each -> DynamicTest.dynamicTest(each.path("name").asText(), () -> check(each)));
    }
  }

  private void check(JsonNode each) {
    Project project = new Project(folder.resolve(each.path("name").asText().replace('/', '_')));
    each.path("files")
        .properties()
        .forEach(file -> project.file(file.getKey(), file.getValue().asText()));
    if (each.path("dvc").has("error")) {
      assertThat(project.problems())
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem).matches("(?s)[^ ]+:[0-9]+:[0-9]+: .*"));
    } else {
      assertThat(project.problems()).isEmpty();
      assertThat(stages(project.load())).isEqualTo(tidy(each.path("dvc").path("stages")));
    }
  }

  /** DVC shows an output as it is written. */
  private static JsonNode tidy(JsonNode stages) {
    for (JsonNode stage : stages) {
      for (JsonNode out : stage.path("outs")) {
        ((ObjectNode) out).put("path", Path.of(out.path("path").asText()).normalize().toString());
      }
    }
    return stages;
  }

  private static JsonNode stages(Graph graph) {
    ObjectNode stages = JsonNodeFactory.instance.objectNode();
    graph.stages().forEach(stage -> stages.set(stage.name(), stage(graph, stage)));
    return stages;
  }

  private static JsonNode stage(Graph graph, Stage stage) {
    Action.Shell shell = (Action.Shell) stage.action();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("cmd", texts(shell.commands()));
    node.put("wdir", shell.folder());
    node.set("deps", texts(stage.deps().stream().map(dep -> from(shell.folder(), dep)).toList()));
    ObjectNode params = node.putObject("params");
    for (Param param : stage.params()) {
      if (param.name().isEmpty()) {
        params.set(param.file(), param.value());
      } else {
        params.withObject("/" + param.file().replace("/", "~1")).set(param.name(), param.value());
      }
    }
    ArrayNode outs = node.putArray("outs");
    for (Output out : stage.outs()) {
      outs.addObject()
          .put("path", from(shell.folder(), out.path()))
          .put("cache", out.cache())
          .put("persist", out.persist())
          .put("push", out.push())
          .put("remote", out.remote().orElse(""))
          .put("metric", out.role() == Output.Role.METRIC)
          .put("plot", out.role() == Output.Role.PLOT);
    }
    node.put("frozen", stage.frozen());
    node.put("always_changed", stage.alwaysChanged());
    node.put("desc", stage.description().orElse(""));
    node.set("upstream", texts(graph.upstream(stage).stream().map(Stage::name).sorted().toList()));
    return node;
  }

  private static String from(String folder, String path) {
    return Path.of(folder).normalize().relativize(Path.of(path)).toString();
  }

  private static ArrayNode texts(List<String> texts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }
}
