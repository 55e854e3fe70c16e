package dev.ftpipe.dag;

import dev.ftpipe.config.FlagStyle;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.config.Section;
import dev.ftpipe.config.Template;
import dev.ftpipe.config.Variables;
import dev.ftpipe.config.VarsReader;
import dev.ftpipe.stage.StageKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one stage: templating, then either a shell command or a call of a built-in. */
final class StageReader {
  private static final Set<String> KEYS =
      Keys.with(
          Set.of(
              "desc",
              "meta",
              "vars",
              "frozen",
              "always_changed",
              "env",
              "resources",
              "timeout",
              "retries",
              "reproducible"));

  private final VarsReader vars;
  private final ShellReader shell;
  private final CallReader call;
  private final FlagStyle flags;
  private final Problems problems;

  /**
   * A reader.
   *
   * @param flags how commands write mappings
   */
  StageReader(
      ParamFiles files, Map<String, StageKind<?>> kinds, FlagStyle flags, Problems problems) {
    this.vars = new VarsReader(files, problems);
    this.shell = new ShellReader(problems);
    this.call = new CallReader(kinds, problems);
    this.flags = flags;
    this.problems = problems;
  }

  /** The stage, or empty after adding to the problems why there is none. */
  Optional<Draft> read(Entry entry) {
    String what = "stage '" + entry.name() + "'";
    Located body = resolve(entry);
    Optional<Section> section = Section.of(body, what, problems);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    boolean calls = section.get().has("uses");
    if (!calls && !section.get().has("cmd")) {
      problems.add(entry.location(), what + " has neither 'cmd' nor 'uses'");
    }
    Keys.check(section.get(), KEYS, calls, problems);
    Draft.Work work = calls ? call.read(section.get()) : shell.read(section.get());
    return Optional.of(draft(entry, section.get(), work));
  }

  private Draft draft(Entry entry, Section section, Draft.Work work) {
    StageSettings settings = new StageSettings(section, problems);
    Stage stage =
        new Stage(
            entry.name(),
            entry.group(),
            entry.location(),
            work.action(),
            work.paths().deps(),
            List.of(),
            work.paths().outs(),
            settings.env(),
            settings.resources(),
            settings.timeout(),
            section.count("retries").orElse(0),
            section.flag("frozen", false),
            section.flag("always_changed", false),
            settings.reproducible(),
            section.text("desc"));
    List<Catalog.Plot> plots = new ArrayList<>();
    for (StagePaths.PlotOutput plot : work.paths().plots()) {
      plots.add(plot.read(entry.name(), problems));
    }
    return new Draft(new Placed(stage, work.paths().places()), work.params(), plots);
  }

  private Located resolve(Entry entry) {
    if (!entry.body().node().has("vars") && !Template.isTemplate(entry.body().node())) {
      return entry.body();
    }
    Variables known = entry.variables();
    Map<String, Located> members = new LinkedHashMap<>(entry.body().members());
    Located own = members.remove("vars");
    if (own != null) {
      Located wdir = members.get("wdir");
      known = vars.local(known, own.items(), wdir == null ? "" : folder(wdir, known));
    }
    Template plain = new Template(known, Template.Mappings.REFUSED, problems);
    Template command = Template.ofCommand(known, flags, problems);
    members.replaceAll(
        (key, value) -> key.equals("cmd") ? command.resolve(value) : plain.resolve(value));
    return Located.mapping(entry.body().place(), members);
  }

  private String folder(Located wdir, Variables known) {
    Located resolved = new Template(known, Template.Mappings.REFUSED, problems).resolve(wdir);
    String folder = ProjectPaths.tidy(resolved.node().asText());
    return folder.equals(".") ? "" : folder + "/";
  }
}
