package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.origin.Origin;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files and folders that were added: raw data and base models, which no stage makes. A stage
 * knows them by their digests; their bytes are put in place when a stage has to read them: from the
 * cache, a remote, or where they came from. Safe for several threads.
 */
public final class Sources {
  private final Project project;
  private final Ledger ledger;
  private Origins origins =
      origin -> {
        throw FtpipeException.environment(
            "nothing is fetched from " + origin.url() + " here", null);
      };

  Sources(Project project, Ledger ledger) {
    this.project = project;
    this.ledger = ledger;
  }

  /** Fetches what an origin has in the state that its pin names. */
  public interface Origins {
    /** The content, whose bytes are in the local store then. */
    Artifact fetch(Origin origin) throws IOException;
  }

  /** How a source that is neither here nor at a remote is brought. */
  public void fetchBy(Origins how) {
    origins = how;
  }

  /** Every source by its path. */
  public Map<String, AddedSource> all() {
    return ledger.added();
  }

  /** The source that was added at this path. */
  public Optional<AddedSource> find(String path) {
    return Optional.ofNullable(all().get(path));
  }

  /**
   * Makes a source known in the lock file.
   *
   * @param source its bytes are in the local store
   * @throws FtpipeException wrong use, when a stage or another source has this place
   */
  public void add(String path, AddedSource source) {
    requireFree(path);
    ledger.add(path, source);
  }

  /**
   * Keeps what is at a path and makes it known in the lock file.
   *
   * @param path relative to the project; something is there
   * @throws FtpipeException wrong use, when a stage or another source has this place
   */
  public Artifact addWhatIsAt(String path) throws IOException {
    requireFree(path);
    Artifact content = project.workTree().keep(path);
    ledger.add(path, new AddedSource(content, Optional.empty()));
    return content;
  }

  /** Says why nothing can be added at a path. */
  public void requireFree(String path) {
    for (Stage stage : project.graph().stages()) {
      for (Output output : stage.outs()) {
        if (ProjectPaths.overlap(output.path(), path)) {
          throw FtpipeException.usage(
              path
                  + " cannot be added: stage '"
                  + stage.name()
                  + "' writes "
                  + (output.path().equals(path) ? "it" : output.path()));
        }
      }
    }
    for (String other : all().keySet()) {
      if (!other.equals(path) && ProjectPaths.overlap(other, path)) {
        throw FtpipeException.usage(
            path
                + " cannot be added: "
                + other
                + " was added, and one lies in the other; remove that first: ftpipe add --remove "
                + other);
      }
    }
  }

  /** Takes a source out of the lock file; what is in place stays. */
  public void remove(String path) {
    ledger.remove(path);
  }

  /** What is in place of a source now; empty when nothing is. */
  public Optional<Artifact> inPlace(String path) throws IOException {
    return project.workTree().measure(path);
  }

  /** Writes the lock file. */
  public void write() throws IOException {
    project.writeLock();
  }

  /**
   * Puts a source in place of whatever is there.
   *
   * @return false when the local store lacks some of it
   */
  public boolean restore(String path, AddedSource source) throws IOException {
    return project.workTree().restore(path, source.content());
  }

  private Map<String, AddedSource> missingFor(Stage stage) {
    Map<String, AddedSource> missing = new TreeMap<>();
    for (var each : all().entrySet()) {
      if (!isThere(each.getKey())
          && stage.deps().stream().anyMatch(dep -> ProjectPaths.overlap(each.getKey(), dep))) {
        missing.put(each.getKey(), each.getValue());
      }
    }
    return missing;
  }

  private boolean isThere(String path) {
    return Files.exists(project.workTree().resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a source that is not in place will be at this path, or in it, or around it. */
  boolean willBring(String path) {
    return all().keySet().stream()
        .anyMatch(each -> ProjectPaths.overlap(each, path) && !isThere(each));
  }

  /** The content of inputs of a stage that are not in place and will be, as far as it is known. */
  Map<String, Artifact> expected(Stage stage) throws IOException {
    Map<String, AddedSource> missing = missingFor(stage);
    if (missing.isEmpty()) {
      return Map.of();
    }
    ExpectedInputs inputs = new ExpectedInputs(stage, project);
    for (var each : missing.entrySet()) {
      inputs.add(Map.of(each.getKey(), each.getValue().content()));
    }
    return new HashMap<>(inputs.known());
  }

  /** Puts in place what {@link #expected} cannot tell: folders with sources in them. */
  void placeUnknown(Stage stage, SharedResults shared) throws IOException {
    for (var each : missingFor(stage).entrySet()) {
      Map<String, Artifact> one = Map.of(each.getKey(), each.getValue().content());
      if (!new ExpectedInputs(stage, project).add(one)) {
        place(each.getKey(), each.getValue(), shared);
      }
    }
  }

  /** Puts in place all that a stage reads and that is missing. */
  void place(Stage stage, SharedResults shared) throws IOException {
    for (var each : missingFor(stage).entrySet()) {
      place(each.getKey(), each.getValue(), shared);
    }
  }

  private synchronized void place(String path, AddedSource source, SharedResults shared)
      throws IOException {
    if (isThere(path) || restore(path, source)) {
      return;
    }
    if (shared.bring(List.of(source.content())) && restore(path, source)) {
      return;
    }
    if (source.origin().isEmpty()) {
      throw FtpipeException.environment(
          "source "
              + path
              + " ("
              + source.content().digest().brief()
              + "…) is neither in the cache nor at a remote; put it there again, or pull from"
              + " where it was pushed to",
          null);
    }
    fetch(path, source);
    if (!restore(path, source)) {
      throw FtpipeException.environment("source " + path + " could not be put in place", null);
    }
  }

  /** Brings a source to the local store from its origin, where it has to be what it was. */
  void fetch(String path, AddedSource source) throws IOException {
    Origin origin = source.origin().orElseThrow();
    Artifact found = origins.fetch(origin);
    if (!found.digest().equals(source.content().digest())) {
      throw FtpipeException.environment(
          "source "
              + path
              + " has changed at "
              + origin.url()
              + ": "
              + source.content().digest().brief()
              + "… was added, "
              + found.digest().brief()
              + "… is there now; ftpipe add --update "
              + path
              + " takes it",
          null);
    }
  }

  /**
   * Takes the new content of sources that were changed in place. One that came from elsewhere has
   * to be what it was there.
   *
   * @throws FtpipeException when such a one is not
   */
  void takeChanges(List<Stage> readers) throws IOException {
    for (var each : all().entrySet()) {
      String path = each.getKey();
      boolean read =
          readers.stream()
              .anyMatch(
                  stage -> stage.deps().stream().anyMatch(dep -> ProjectPaths.overlap(path, dep)));
      if (!read || !isThere(path)) {
        continue;
      }
      Artifact before = each.getValue().content();
      Optional<Artifact> now = inPlace(path);
      if (now.isEmpty() || now.get().equals(before)) {
        continue;
      }
      if (each.getValue().origin().isPresent()) {
        throw FtpipeException.pipeline(
            path
                + " is not what was added from "
                + each.getValue().origin().get().url()
                + " ("
                + before.digest().brief()
                + " → "
                + now.get().digest().brief()
                + "); 'ftpipe checkout -f "
                + path
                + "' puts that back, 'ftpipe add "
                + path
                + "' takes what is there");
      }
      addWhatIsAt(path);
      project.note("source " + path + " has changed; its new content is kept");
    }
  }
}
