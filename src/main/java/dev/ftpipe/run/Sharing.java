package dev.ftpipe.run;

import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.remote.FetchReport;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.PushReport;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A project and its remote: what the lock file names, there and here. */
public final class Sharing {
  private final Project project;
  private final Supplier<Remote> remote;

  /**
   * A project with a remote.
   *
   * @param remote asked for when it is needed first
   */
  public Sharing(Project project, Supplier<Remote> remote) {
    this.project = project;
    this.remote = remote;
  }

  /** What one of these commands did, or would do. */
  public record Result<T>(T report, List<String> lacking) {
    public Result {
      lacking = List.copyOf(lacking);
    }
  }

  /** Sends what the targets made, as the lock file has it. */
  public Result<PushReport> push(List<String> targets) throws IOException {
    Contents contents = new Contents(project.store().content());
    return send(contents, plan(Selection.of(project, targets), contents));
  }

  Result<PushReport> send(Contents contents, PushPlan plan) throws IOException {
    PushReport report = remote.get().push(project.store(), plan);
    List<String> lacking = new ArrayList<>(hidden(contents));
    report.absent().forEach(blob -> lacking.add(lack(contents, blob, "is not in the cache")));
    report
        .damaged()
        .forEach(blob -> lacking.add(lack(contents, blob, "is damaged in the cache; not sent")));
    return new Result<>(report, lacking);
  }

  /** Which blobs of the targets the remote lacks, and which the cache lacks. */
  public Result<PushPlan> compare(List<String> targets) throws IOException {
    Contents contents = new Contents(project.store().content());
    PushPlan plan = plan(Selection.of(project, targets), contents);
    List<String> lacking = new ArrayList<>(hidden(contents));
    for (Blob blob : plan.files()) {
      if (!project.store().content().contains(blob.digest(), blob.size())) {
        lacking.add(lack(contents, blob, "is not in the cache"));
      }
    }
    return new Result<>(remote.get().missing(plan), lacking);
  }

  /** Brings what the lock file names of the targets to the cache. */
  public Result<FetchReport> fetch(List<String> targets) throws IOException {
    List<Owned> wanted = new ArrayList<>();
    Selection selected = Selection.of(project, targets);
    Map<String, AddedSource> sources = selected.sources();
    sources.forEach((path, source) -> wanted.add(new Owned(owner(path), source.content())));
    for (Stage stage : selected.stages()) {
      Optional<LockFile.Entry> entry = project.last(stage);
      for (Output output : stage.outs()) {
        if (entry.isPresent() && output.cache()) {
          Artifact artifact = entry.get().outputs().get(output.path());
          if (artifact != null) {
            wanted.add(new Owned(owner(stage, output), artifact));
          }
        }
      }
    }
    return withOrigins(sources, bringOwned(wanted));
  }

  /** As {@link #fetch}, when a {@link Checkout} of the same project follows. */
  public Result<FetchReport> fetchForCheckout(List<String> targets) throws IOException {
    project.store().content().expectRestores();
    return fetch(targets);
  }

  /** What the remote lacks of a source is fetched from where the source came from. */
  private Result<FetchReport> withOrigins(
      Map<String, AddedSource> sources, Result<FetchReport> fetched) throws IOException {
    if (fetched.lacking().isEmpty()) {
      return fetched;
    }
    List<String> lacking = new ArrayList<>(fetched.lacking());
    for (var each : sources.entrySet()) {
      String beginning = owner(each.getKey()) + ": ";
      if (each.getValue().origin().isPresent()
          && lacking.stream().anyMatch(line -> line.startsWith(beginning))) {
        project.sources().fetch(each.getKey(), each.getValue());
        lacking.removeIf(line -> line.startsWith(beginning));
      }
    }
    return new Result<>(fetched.report(), lacking);
  }

  /** Content and whose it is, in words. */
  record Owned(String owner, Artifact artifact) {}

  Result<FetchReport> bringOwned(List<Owned> wanted) throws IOException {
    Contents contents = contents(wanted);
    if (!contents.hiddenTrees().isEmpty()) {
      Remote place = remote.get();
      place.fetch(project.store().content(), place.sized(contents.hiddenTrees()));
      contents = contents(wanted);
    }
    List<Blob> blobs = contents.files();
    FetchReport report = remote.get().fetch(project.store().content(), blobs);
    List<String> lacking = new ArrayList<>(hidden(contents));
    for (Blob blob : report.absent()) {
      lacking.add(
          lack(contents, blob, "is neither in the cache nor in " + remote.get().location()));
    }
    for (Blob blob : report.damaged()) {
      lacking.add(lack(contents, blob, "is damaged in " + remote.get().location()));
    }
    return new Result<>(report, lacking);
  }

  private Contents contents(List<Owned> wanted) throws IOException {
    Contents contents = new Contents(project.store().content());
    for (Owned each : wanted) {
      contents.add(each.owner(), each.artifact());
    }
    return contents;
  }

  private PushPlan plan(Selection selected, Contents contents) throws IOException {
    for (var source : selected.sources().entrySet()) {
      contents.add(owner(source.getKey()), source.getValue().content());
    }
    List<ActionKey> keys = new ArrayList<>();
    for (Stage stage : selected.stages()) {
      Optional<LockFile.Entry> entry = project.last(stage);
      if (entry.isEmpty()) {
        continue;
      }
      boolean complete = addPushed(stage, entry.get().outputs(), contents);
      Optional<ActionResult> result = project.store().actions().find(entry.get().key());
      if (complete && result.isPresent()) {
        result
            .flatMap(ActionResult::log)
            .ifPresent(log -> contents.addLog("stage '" + stage.name() + "', its log", log));
        keys.add(entry.get().key());
      }
    }
    return new PushPlan(contents.files(), contents.trees(), keys, contents.roots());
  }

  /**
   * Adds the outputs that are to be pushed. What is not cached and is kept nevertheless, such as
   * metrics, goes along: whoever restores the stage elsewhere needs all that it made.
   *
   * @return whether somebody who has these can do without running the stage
   */
  boolean addPushed(Stage stage, Map<String, Artifact> outputs, Contents contents)
      throws IOException {
    boolean complete = true;
    for (Output output : stage.outs()) {
      Artifact artifact = outputs.get(output.path());
      if (artifact != null && output.push() && (output.cache() || project.isKept(artifact))) {
        contents.add(owner(stage, output), artifact);
      } else {
        complete &= artifact != null && !output.cache();
      }
    }
    return complete;
  }

  private static String owner(Stage stage, Output output) {
    return "stage '" + stage.name() + "', " + output.path();
  }

  static String owner(String source) {
    return "source " + source;
  }

  private static List<String> hidden(Contents contents) {
    return contents.hiddenTrees().stream()
        .map(
            digest ->
                contents.owner(digest) + ": its list of files (" + digest.brief() + "…) is missing")
        .toList();
  }

  private static String lack(Contents contents, Blob blob, String what) {
    return contents.owner(blob.digest())
        + ": "
        + blob.digest().brief()
        + "… ("
        + blob.size()
        + " bytes) "
        + what;
  }
}
