package dev.ftpipe.dag;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import dev.ftpipe.config.DvcConfig;
import dev.ftpipe.config.FlagStyle;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import dev.ftpipe.config.Variables;
import dev.ftpipe.config.VarsReader;
import dev.ftpipe.config.Yaml;
import dev.ftpipe.stage.StageKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Loads the pipeline of a project. */
public final class Pipelines {
  /** The names of a pipeline's file, the preferred one first. */
  public static final List<String> FILE_NAMES = List.of("pipeline.yaml", "dvc.yaml");

  private static final Set<String> KEYS =
      Set.of("stages", "vars", "params", "metrics", "plots", "artifacts", "datasets");

  private final ParamFiles files;
  private final Map<String, StageKind<?>> kinds;
  private final FlagStyle flags;
  private final Problems problems;

  private Pipelines(
      ParamFiles files, Map<String, StageKind<?>> kinds, FlagStyle flags, Problems problems) {
    this.files = files;
    this.kinds = kinds;
    this.flags = flags;
    this.problems = problems;
  }

  /**
   * Reads {@code pipeline.yaml}, or {@code dvc.yaml} where there is none, and all that it refers to
   * of configuration.
   *
   * @param root the project folder
   * @param kinds the built-in stages by name
   * @throws FtpipeException wrong use, with every problem of the configuration
   */
  public static Graph load(Path root, Map<String, StageKind<?>> kinds, ParamOverrides overrides) {
    String name = fileIn(root);
    Problems problems = new Problems();
    Optional<Located> content = Yaml.read(root.resolve(name), name, problems);
    ParamFiles files = new ParamFiles(root, overrides, problems);
    if (content.isPresent() && content.get().node().isNull()) {
      problems.add(new Location(name, 1, 1), "the file is empty; it has to hold 'stages'");
      content = Optional.empty();
    }
    Optional<Graph> graph =
        content.flatMap(
            found -> new Pipelines(files, kinds, flags(root, name), problems).graph(found));
    problems.throwIfAny();
    return graph.orElseThrow();
  }

  // Files of DVC's mean what its configuration says that they mean.
  private static FlagStyle flags(Path root, String name) {
    return name.equals("dvc.yaml")
        ? DvcConfig.folderAbove(root)
            .map(folder -> DvcConfig.read(folder, System.getenv()).flags())
            .orElse(FlagStyle.PLAIN)
        : FlagStyle.PLAIN;
  }

  private static String fileIn(Path root) {
    return FILE_NAMES.stream()
        .filter(name -> Files.exists(root.resolve(name)))
        .findFirst()
        .orElseThrow(
            () ->
                FtpipeException.usage(
                    "no "
                        + String.join(" or ", FILE_NAMES)
                        + " in "
                        + root
                        + "; go to a project's folder, or name it with -C"));
  }

  private Optional<Graph> graph(Located content) {
    Optional<Section> file = Section.of(content, "the file", problems);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Section top = file.get().allowOnly(KEYS);
    top.get("datasets")
        .ifPresent(
            datasets ->
                problems.addAtKey(
                    datasets.place(),
                    "'datasets' are not supported; register data with 'ftpipe add PATH --from URL'"));
    Variables variables = new VarsReader(files, problems).global(top.list("vars"));
    List<Draft> drafts = drafts(top, variables);
    List<Placed> placed = drafts.stream().map(Draft::placed).toList();
    OutputIndex outputs = OutputIndex.of(placed, problems);
    ParamResolver params = new ParamResolver(files, outputs, problems);
    CatalogBuilder catalog = new CatalogBuilder();
    drafts.forEach(catalog::add);
    Catalog shown =
        catalog.build(
            new TopLevel(variables, problems).read(top), files.exists(ParamFiles.DEFAULT));
    return Graph.build(drafts.stream().map(params::resolve).toList(), outputs, shown, problems);
  }

  private List<Draft> drafts(Section top, Variables variables) {
    Expansion expansion = new Expansion(variables, problems);
    StageReader reader = new StageReader(files, kinds, flags, problems);
    List<Draft> drafts = new ArrayList<>();
    Map<String, Located> stages =
        top.get("stages").filter(found -> !found.node().isNull()).isEmpty()
            ? Map.of()
            : top.section("stages").map(Section::members).orElse(Map.of());
    stages.forEach(
        (name, definition) -> {
          for (Entry entry : expansion.expand(name, definition)) {
            reader.read(entry).ifPresent(drafts::add);
          }
        });
    return drafts;
  }
}
