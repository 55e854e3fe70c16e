package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Settings;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.remote.PushPlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** {@code ftpipe status -c}: what the cache and a remote do not both have. */
record CloudStatus(Invocation invocation, Optional<String> remote, boolean json) {
  /**
   * What {@code status -c --json} prints.
   *
   * @param missing objects that the remote lacks
   * @param bytes of those
   * @param lacking what the cache lacks, in words
   */
  record Compared(String remote, int missing, long bytes, List<String> lacking) {}

  int show(List<String> targets, boolean exitCode) throws IOException {
    Settings settings = Settings.read(invocation.global().projectRoot());
    try (Remotes remotes = Remotes.connect(invocation, settings, remote, OptionalInt.empty())) {
      Project project = invocation.project(ParamOverrides.NONE);
      Sharing.Result<PushPlan> result = new Sharing(project, remotes::get).compare(targets);
      PushPlan plan = result.report();
      Compared compared =
          new Compared(
              remotes.get().location(),
              plan.size(),
              Stream.concat(plan.files().stream(), plan.trees().stream())
                  .mapToLong(Blob::size)
                  .sum(),
              result.lacking());
      print(compared);
      return exitCode && (compared.missing() > 0 || !compared.lacking().isEmpty()) ? 1 : 0;
    }
  }

  private void print(Compared compared) {
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(compared));
      return;
    }
    if (compared.missing() > 0) {
      invocation
          .terminal()
          .out()
          .println(
              compared.remote()
                  + " lacks "
                  + compared.missing()
                  + " objects ("
                  + Sizes.of(compared.bytes())
                  + "); ftpipe push sends them");
    }
    compared.lacking().forEach(each -> invocation.terminal().out().println(each));
    if (compared.missing() == 0 && compared.lacking().isEmpty()) {
      invocation.terminal().out().println("Cache and " + compared.remote() + " are in step.");
    }
  }
}
