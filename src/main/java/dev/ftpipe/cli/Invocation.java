package dev.ftpipe.cli;

import dev.ftpipe.config.CacheSettings;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Settings;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Pipelines;
import dev.ftpipe.origin.Fetcher;
import dev.ftpipe.origin.Patience;
import dev.ftpipe.run.ParamsInPlace;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.Link;
import dev.ftpipe.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the commands of one invocation share. */
record Invocation(GlobalOptions global, Terminal base, Wiring wiring, StopSignal stop) {
  /** The terminal as the global options ask for it. */
  Terminal terminal() {
    Terminal colored = base.with(global.color);
    return global.noProgress || global.quiet ? colored.withoutProgress() : colored;
  }

  Graph graph(ParamOverrides overrides) {
    return Pipelines.load(global.projectRoot(), wiring.kinds(), overrides);
  }

  Project project(ParamOverrides overrides) throws IOException {
    Path root = global.projectRoot();
    ParamsInPlace.recover(root, this::note);
    Project project = Project.open(root, () -> graph(overrides), store(root), this::note);
    project.sources().fetchBy(origin -> fetcher(project).fetch(origin));
    return project;
  }

  /** Fetches what a project has from elsewhere. */
  Fetcher fetcher(Project project) {
    return new Fetcher(
        project.content(),
        project.root().resolve(".ftpipe/state/origins"),
        System.getenv(),
        bucket -> wiring.remotes().open(Remotes.ofBucket(bucket, project.root())),
        Patience.USUAL);
  }

  /** The local store of the project in this folder. */
  Store store(Path root) {
    CacheSettings settings = Settings.read(root).cache();
    Path folder = Project.cacheFolder(root);
    List<Link> links = new ArrayList<>();
    for (String link : settings.links()) {
      links.add(Link.valueOf(link.toUpperCase(Locale.ROOT)));
    }
    return wiring
        .stores()
        .open(settings.dir().map(folder::resolveSibling).orElse(folder), links, this::note);
  }

  /** Says something on the side. */
  void note(String sentence) {
    terminal().err().println("note: " + sentence);
  }

  boolean quiet() {
    return global.quiet;
  }

  boolean verbose() {
    return global.verbose;
  }
}
