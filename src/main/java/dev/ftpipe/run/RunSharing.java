package dev.ftpipe.run;

import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.remote.FetchReport;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.PushReport;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What runs left, there and here: by their own lock files, whatever the project's says now. */
public final class RunSharing {
  private final Project project;
  private final Sharing sharing;

  /**
   * The runs of a project and a remote.
   *
   * @param remote asked for when it is needed first
   */
  public RunSharing(Project project, Supplier<Remote> remote) {
    this.project = project;
    this.sharing = new Sharing(project, remote, false, true);
  }

  /** Sends all that a run left and that is to be pushed. */
  public Sharing.Result<PushReport> push(RunResults run) throws IOException {
    Contents contents = new Contents(project.store().content());
    for (var source : run.lock().added().entrySet()) {
      contents.add(Sharing.owner(source.getKey()), source.getValue().content());
    }
    Map<String, Output> today = today();
    List<ActionKey> keys = new ArrayList<>();
    for (var stage : run.lock().stages().entrySet()) {
      boolean complete = true;
      for (var output : stage.getValue().outputs().entrySet()) {
        Output declared = today.get(output.getKey());
        boolean meant =
            declared == null
                || (declared.push() && (declared.cache() || project.isKept(output.getValue())));
        complete &= meant;
        if (meant) {
          contents.add(owner(stage.getKey(), output.getKey()), output.getValue());
        }
      }
      if (complete && project.store().actions().find(stage.getValue().key()).isPresent()) {
        keys.add(stage.getValue().key());
      }
    }
    return sharing.send(
        contents, new PushPlan(contents.files(), contents.trees(), keys, contents.roots()));
  }

  private Map<String, Output> today() {
    Map<String, Output> today = new HashMap<>();
    for (Stage stage : project.graph().stages()) {
      stage.outs().forEach(output -> today.put(output.path(), output));
    }
    return today;
  }

  /**
   * Brings all that a run left to the cache, from where it will be put in place. What is not cached
   * and was not kept is not missed.
   */
  public Sharing.Result<FetchReport> fetchForCheckout(RunResults run) throws IOException {
    project.store().content().expectRestores();
    Map<String, Output> today = today();
    List<Sharing.Owned> wanted = new ArrayList<>();
    List<String> notMissed = new ArrayList<>();
    for (var stage : run.lock().stages().entrySet()) {
      for (var output : stage.getValue().outputs().entrySet()) {
        Output declared = today.get(output.getKey());
        String owner = owner(stage.getKey(), output.getKey());
        wanted.add(new Sharing.Owned(owner, output.getValue()));
        if (declared != null && !declared.cache()) {
          notMissed.add(owner + ": ");
        }
      }
    }
    Sharing.Result<FetchReport> fetched = sharing.bringOwned(wanted);
    List<String> lacking =
        fetched.lacking().stream()
            .filter(line -> notMissed.stream().noneMatch(line::startsWith))
            .toList();
    return new Sharing.Result<>(fetched.report(), lacking);
  }

  private static String owner(String stage, String output) {
    return "stage '" + stage + "', " + output;
  }
}
