package dev.ftpipe.cli;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.origin.Fetcher;
import dev.ftpipe.run.AddedSource;
import dev.ftpipe.run.Adoption;
import dev.ftpipe.run.GitIgnoring;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Sources;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code ftpipe add} does with its paths. */
final class Additions {
  private final Project project;
  private final Sources sources;
  private final Fetcher fetcher;
  private final Path folder;
  private final boolean force;
  private final GitIgnoring ignoring;
  private final List<Done> done = new ArrayList<>();

  /**
   * Additions to a project.
   *
   * @param folder what paths are relative to
   * @param force also over files that are in no cache
   */
  Additions(Project project, Fetcher fetcher, Path folder, boolean force) {
    this.project = project;
    this.sources = project.sources();
    this.fetcher = fetcher;
    this.folder = folder;
    this.force = force;
    this.ignoring = new GitIgnoring(project);
  }

  /**
   * What was done with a path.
   *
   * @param action {@code added}, {@code unchanged}, {@code changed}, {@code removed}
   */
  record Done(
      String path,
      String action,
      Optional<String> digest,
      long size,
      Optional<String> from,
      Optional<String> pin) {
    static Done of(String path, String action, AddedSource source) {
      return new Done(
          path,
          action,
          Optional.of(source.content().digest().hex()),
          source.content().size(),
          source.origin().map(origin -> origin.url()),
          source.origin().map(origin -> origin.pin()).filter(pin -> !pin.isEmpty()));
    }
  }

  List<Done> done() {
    return done;
  }

  /** The path as the lock file has it. */
  String path(String given) {
    Path place = folder.toAbsolutePath().resolve(given).normalize();
    if (!place.startsWith(project.root()) || place.equals(project.root())) {
      throw FtpipeException.usage(
          given
              + " is not in the project folder "
              + project.root()
              + "; bring it there with: ftpipe add PATH --from "
              + place.toUri());
    }
    String path = project.root().relativize(place).toString().replace('\\', '/');
    ProjectPaths.Checked checked = ProjectPaths.from(".", path);
    if (!checked.ok()) {
      throw FtpipeException.usage(checked.problem());
    }
    if (path.matches("\\.(git|ftpipe|dvc)(/.*)?|pipeline\\.(yaml|lock)|dvc\\.(yaml|lock)")) {
      throw FtpipeException.usage(path + " is no data: it cannot be added");
    }
    return path;
  }

  /** Adds what is in place. */
  void addWhatIsAt(List<String> paths) throws IOException {
    new Adoption(project)
        .under(
            () -> {
              for (String path : paths) {
                sources.requireFree(path);
                Optional<AddedSource> before = sources.find(path);
                if (sources.inPlace(path).isEmpty()) {
                  throw FtpipeException.usage(
                      "there is nothing at "
                          + path
                          + (before.isPresent() ? "; ftpipe checkout brings it back" : "")
                          + "; to fetch it: ftpipe add "
                          + path
                          + " --from URL");
                }
                Artifact now = sources.inPlace(path).orElseThrow();
                boolean same = before.isPresent() && before.get().content().equals(now);
                if (!same || !project.isKept(now)) {
                  sources.addWhatIsAt(path);
                }
                ignoring.add(List.of(path));
                done.add(
                    Done.of(path, same ? "unchanged" : "added", sources.find(path).orElseThrow()));
              }
              return done;
            });
  }

  /**
   * Fetches and adds.
   *
   * @param sha256 that the bytes have to have
   */
  void addFrom(String path, String url, Optional<String> sha256) throws IOException {
    sources.requireFree(path);
    requireOverwritable(path);
    Fetcher.Fetched fetched = fetcher.fetch(url);
    Digest digest = fetched.content().digest();
    if (sha256.isPresent() && !digest.hex().equalsIgnoreCase(sha256.get())) {
      throw FtpipeException.environment(
          url
              + " does not have the SHA-256 "
              + sha256.get()
              + (fetched.content().kind() == Artifact.Kind.TREE
                  ? ": it is a folder, whose digest is "
                  : " but ")
              + digest.hex()
              + "; it was not added",
          null);
    }
    put(path, new AddedSource(fetched.content(), Optional.of(fetched.origin())));
  }

  private void requireOverwritable(String path) throws IOException {
    Optional<Artifact> there = sources.inPlace(path);
    if (there.isPresent() && !force && !project.isKept(there.get())) {
      throw FtpipeException.usage(
          "there is something at " + path + " that is in no cache; -f overwrites it");
    }
  }

  private void put(String path, AddedSource source) throws IOException {
    Optional<AddedSource> before = sources.find(path);
    new Adoption(project)
        .under(
            () -> {
              requireOverwritable(path);
              sources.add(path, source);
              if (!sources.inPlace(path).equals(Optional.of(source.content()))
                  && !sources.restore(path, source)) {
                throw FtpipeException.environment(path + " could not be put in place", null);
              }
              ignoring.add(List.of(path));
              return path;
            });
    String action =
        before.isEmpty()
            ? "added"
            : before.get().content().equals(source.content()) ? "unchanged" : "changed";
    done.add(Done.of(path, action, source));
  }

  /**
   * Fetches again what has changed where it came from.
   *
   * @param paths all that came from somewhere when empty
   * @param dryRun only tell what has changed
   */
  void update(List<String> paths, boolean dryRun) throws IOException {
    for (String path : named(paths)) {
      AddedSource source = sources.find(path).orElseThrow();
      if (source.origin().isEmpty()) {
        if (!paths.isEmpty()) {
          throw FtpipeException.usage(
              path + " did not come from elsewhere; ftpipe add " + path + " takes what is there");
        }
        continue;
      }
      String url = source.origin().get().url();
      String pin = fetcher.presentPin(url);
      boolean same = !pin.isEmpty() && pin.equals(source.origin().get().pin());
      if (same || dryRun) {
        String action = same ? "unchanged" : pin.isEmpty() ? "unknown" : "changed";
        done.add(Done.of(path, action, source));
      } else {
        addFrom(path, url, Optional.empty());
      }
    }
  }

  /** Forgets sources; what is in place stays. */
  void remove(List<String> paths) throws IOException {
    List<String> known = named(paths);
    new Adoption(project)
        .under(
            () -> {
              for (String path : known) {
                done.add(Done.of(path, "removed", sources.find(path).orElseThrow()));
                sources.remove(path);
              }
              return known;
            });
  }

  private List<String> named(List<String> paths) {
    Map<String, AddedSource> all = sources.all();
    for (String path : paths) {
      if (!all.containsKey(path)) {
        throw FtpipeException.usage(path + " was not added" + Nearest.hint(path, all.keySet()));
      }
    }
    return paths.isEmpty() ? List.copyOf(all.keySet()) : paths;
  }
}
