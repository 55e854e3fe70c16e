package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.RemoteConfig;
import dev.ftpipe.config.Settings;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Pipelines;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code doctor} looks at in a project: pipeline, cache, remotes with their credentials. */
final class ProjectChecks {
  /** Bytes: on a full disk a file can be made, and nothing written into it. */
  private static final int PROBE = 1 << 16;

  private final Invocation invocation;
  private final Path root;

  ProjectChecks(Invocation invocation, Path root) {
    this.invocation = invocation;
    this.root = root;
  }

  List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(pipeline());
    Optional<Settings> settings = settings(findings);
    settings.ifPresent(known -> findings.add(cache(known)));
    settings.ifPresent(known -> findings.addAll(remotes(known)));
    return findings;
  }

  private Finding pipeline() {
    if (Pipelines.FILE_NAMES.stream().noneMatch(name -> Files.exists(root.resolve(name)))) {
      return Finding.note(
          "project",
          "no " + String.join(" or ", Pipelines.FILE_NAMES) + " in " + root,
          "'ftpipe init' makes a project");
    }
    try {
      Graph graph = invocation.graph(ParamOverrides.NONE);
      return Finding.ok("project", graph.stages().size() + " stages in " + root);
    } catch (FtpipeException e) {
      return Finding.of("project", e, "correct the file");
    }
  }

  private Optional<Settings> settings(List<Finding> findings) {
    try {
      return Optional.of(Settings.read(root));
    } catch (FtpipeException e) {
      findings.add(Finding.of("settings", e, "correct the file"));
      return Optional.empty();
    }
  }

  private Finding cache(Settings settings) {
    Path folder = Project.cacheFolder(root);
    Path cache = settings.cache().dir().map(folder::resolveSibling).orElse(folder).normalize();
    if (Files.exists(cache) && !Files.isDirectory(cache)) {
      return Finding.broken("cache", cache + " is no folder", "move what is there away");
    }
    for (Path written : List.of(cache, root)) {
      Optional<String> refusal = refusal(written);
      if (refusal.isPresent()) {
        return Finding.broken(
            "cache",
            written + " cannot be written to: " + refusal.get(),
            "results cannot be kept: give yourself the right, make room, or move the cache"
                + " ('cache: {dir: …}' in .ftpipe/config.yaml)");
      }
    }
    return Finding.ok("cache", cache + (Files.exists(cache) ? "" : " (made by the first repro)"));
  }

  /** Why a folder, or the one that it will be made in, cannot be written to; empty when it can. */
  private static Optional<String> refusal(Path folder) {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      Path probe = Files.createTempFile(there, ".ftpipe", ".probe");
      try {
        Files.write(probe, new byte[PROBE]);
      } finally {
        Files.delete(probe);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(IoProblem.sentence(e));
    }
  }

  private List<Finding> remotes(Settings settings) {
    if (settings.remotes().isEmpty()) {
      return List.of(
          Finding.note("remote", "none", "'ftpipe remote add -d NAME URL' shares results"));
    }
    List<Finding> findings = new ArrayList<>();
    for (RemoteConfig remote : settings.remotes().values()) {
      findings.add(remote(remote));
    }
    return findings;
  }

  /** Asks for an object that is not there: that takes address, credentials, bucket and a right. */
  private Finding remote(RemoteConfig remote) {
    String name = "remote " + remote.name();
    try {
      RemoteSettings settings = Remotes.settings(remote, root, OptionalInt.empty());
      return settings.url().contains("://") || Files.isDirectory(Path.of(settings.url()))
          ? asked(name, settings)
          : Finding.note(
              name,
              settings.url() + " is not there",
              "the first push makes it; if it is on another disk, mount that first");
    } catch (FtpipeException e) {
      return Finding.of(name, e, "see 'ftpipe remote list' and the credentials of this shell");
    } catch (IOException e) {
      return Finding.broken(name, IoProblem.sentence(e), "see whether the place is there");
    }
  }

  private Finding asked(String name, RemoteSettings settings) throws IOException {
    try (ObjectStore objects = invocation.wiring().remotes().open(settings)) {
      boolean answered = objects.find("ftpipe-doctor").isEmpty();
      return Finding.ok(name, objects.location() + (answered ? " answers" : " answers oddly"));
    }
  }
}
