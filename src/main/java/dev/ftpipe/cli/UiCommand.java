package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.Settings;
import dev.ftpipe.live.LiveServer;
import dev.ftpipe.record.RunRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ftpipe ui}: the page of {@code report}, live. */
@Command(
    name = "ui",
    description =
        "Serves the page of 'report', live, on 127.0.0.1: graph, logs and curves while a repro runs, "
            + "runs side by side. Ctrl-C ends it; nothing can be changed with it.",
    footer = {
      "",
      "The address holds a token; whoever has it can read the runs.",
      "Example: ftpipe ui --open",
      "Example: ftpipe ui -c --port 8080"
    })
final class UiCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--port", paramLabel = "N", description = "The port (default: any that is free).")
  private int port;

  @Option(
      names = {"-c", "--cloud"},
      description = "Also the runs at the remote, as they are now.")
  private boolean cloud;

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "Also the runs at this remote.")
  private Optional<String> remote = Optional.empty();

  @Option(names = "--open", description = "Open the page in the browser.")
  private boolean open;

  UiCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (port < 0 || port > 65_535) {
      throw FtpipeException.usage("--port " + port + ": a port is a number from 0 to 65535");
    }
    LivePages pages = new LivePages(invocation, records());
    CountDownLatch stopped = new CountDownLatch(1);
    invocation.stop().onRaise(stopped::countDown);
    try (LiveServer server = LiveServer.start(port, pages)) {
      invocation.terminal().out().println(server.address());
      invocation.terminal().err().println("Ctrl-C ends it");
      if (open) {
        Browser.open(server.address(), invocation);
      }
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private RunRecords records() throws IOException {
    Path root = invocation.global().projectRoot();
    if (!cloud && remote.isEmpty()) {
      return RunRecords.of(root);
    }
    Settings settings = Settings.read(root);
    try (Remotes remotes = Remotes.connect(invocation, settings, remote, OptionalInt.empty())) {
      return new RunBook(root, remotes.get()).all();
    }
  }
}
