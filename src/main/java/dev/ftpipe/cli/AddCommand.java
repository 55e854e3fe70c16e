package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.origin.Fetcher;
import dev.ftpipe.run.Project;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe add}: registers raw data or a base model. */
@Command(
    name = "add",
    description =
        "Registers a source, data or a model that no stage makes: its digest in pipeline.lock, its "
            + "bytes in the cache.",
    footer = {
      "",
      "URL: file:, https:, s3://BUCKET/KEY, hf://[datasets/]ORG/NAME[/PATH][@REVISION]",
      "Example: ftpipe add data/raw/orca.parquet",
      "         ftpipe add models/base --from hf://HuggingFaceTB/SmolLM2-135M-Instruct"
    })
final class AddCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files or folders of the project.")
  private List<String> paths = new ArrayList<>();

  @Option(names = "--from", paramLabel = "URL", description = "Fetch it from there.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "With --from: the SHA-256 that the file has to have.")
  private Optional<String> sha256 = Optional.empty();

  @Option(
      names = "--update",
      description = "Fetch again what has changed where it came from; all when no PATH is given.")
  private boolean update;

  @Option(
      names = {"-n", "--dry-run"},
      description = "With --update: only tell what has changed.")
  private boolean dryRun;

  @Option(names = "--remove", description = "Forget sources; what is in place stays.")
  private boolean remove;

  @Option(
      names = {"-f", "--force"},
      description = "Also over files that are in no cache.")
  private boolean force;

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  AddCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** What {@code --json} prints. */
  record Added(List<Additions.Done> sources) {}

  @Override
  public Integer call() throws IOException {
    requireOptionsThatGoTogether();
    Project project = invocation.project(ParamOverrides.NONE);
    Fetcher fetcher = invocation.fetcher(project);
    Additions additions = new Additions(project, fetcher, invocation.global().directory, force);
    List<String> known = paths.stream().map(additions::path).toList();
    OriginDisplay.around(
        invocation,
        fetcher,
        () -> {
          if (remove) {
            additions.remove(known);
          } else if (update) {
            additions.update(known, dryRun);
          } else if (from.isPresent()) {
            additions.addFrom(known.get(0), from.get(), sha256);
          } else {
            additions.addWhatIsAt(known);
          }
          return known;
        });
    print(additions.done());
    boolean due = additions.done().stream().anyMatch(each -> !each.action().equals("unchanged"));
    return dryRun && due ? 1 : 0;
  }

  private void requireOptionsThatGoTogether() {
    if (paths.isEmpty() && !update) {
      throw FtpipeException.usage("name what is to be added: ftpipe add PATH [--from URL]");
    }
    if (from.isPresent() && (paths.size() != 1 || update || remove)) {
      throw FtpipeException.usage("--from goes with one PATH, and not with --update or --remove");
    }
    if (update && remove) {
      throw FtpipeException.usage("--update and --remove do not go together");
    }
    if (sha256.isPresent() && from.isEmpty()) {
      throw FtpipeException.usage("--sha256 goes with --from");
    }
    if (sha256.isPresent() && !sha256.get().matches("[0-9a-fA-F]{64}")) {
      throw FtpipeException.usage("--sha256 takes 64 hex digits, not '" + sha256.get() + "'");
    }
    if (dryRun && !update) {
      throw FtpipeException.usage("-n goes with --update");
    }
  }

  private void print(List<Additions.Done> done) {
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(new Added(done)));
    } else if (!invocation.quiet()) {
      for (Additions.Done each : done) {
        invocation
            .terminal()
            .out()
            .println(
                each.path()
                    + ": "
                    + each.action()
                    + " ("
                    + Sizes.of(each.size())
                    + each.from().map(url -> " from " + url).orElse("")
                    + each.pin().map(pin -> " at " + pin).orElse("")
                    + ")");
      }
    }
  }
}
