package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Location;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import dev.ftpipe.config.Variables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up the params that shell stages declare. A params file that another stage writes has no
 * values before the pipeline runs: it becomes a dependency.
 */
final class ParamResolver {
  private final ParamFiles files;
  private final OutputIndex outputs;
  private final Problems problems;
  private final Map<String, Variables> values = new HashMap<>();

  ParamResolver(ParamFiles files, OutputIndex outputs, Problems problems) {
    this.files = files;
    this.outputs = outputs;
    this.problems = problems;
  }

  Placed resolve(Draft draft) {
    if (draft.params().isEmpty()) {
      return draft.placed();
    }
    Stage stage = draft.placed().stage();
    Map<String, Location> places = draft.placed().paths();
    List<String> deps = new ArrayList<>(stage.deps());
    Map<String, Param> params = new LinkedHashMap<>();
    for (Draft.ParamFile file : draft.params()) {
      if (outputs.makes(file.path())) {
        if (!deps.contains(file.path())) {
          deps.add(file.path());
        }
      } else if (!files.exists(file.path())) {
        problems.add(file.at().place(), "there is no params file '" + file.path() + "'");
      } else {
        files.mapping(file.path()).ifPresent(content -> lookUp(file, content, params));
      }
    }
    return new Placed(stage.reading(deps, List.copyOf(params.values())), places);
  }

  private void lookUp(Draft.ParamFile file, Located content, Map<String, Param> params) {
    if (file.names().isEmpty()) {
      params.put(file.path() + ":", new Param(file.path(), "", content.node()));
      return;
    }
    Variables known = values.computeIfAbsent(file.path(), path -> new Variables(content));
    for (Located name : file.names()) {
      if (!name.node().isTextual()) {
        problems.add(
            name.place(), "a param has to be a name; found " + Section.describe(name.node()));
        continue;
      }
      String text = name.node().textValue();
      Optional<JsonNode> value =
          known.named(text, problem -> problems.add(name.place(), file.path() + ": " + problem));
      value.ifPresent(
          found -> params.put(file.path() + ":" + text, new Param(file.path(), text, found)));
    }
  }
}
