package dev.ftpipe.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** One call of a built-in stage, in whatever process it runs. */
final class CallContext<P> implements StageContext<P> {
  private static final long PROGRESS_EVERY = TimeUnit.MILLISECONDS.toNanos(100);

  private final P parameters;
  private final WorkerRequest request;
  private final StageEvents events;
  private final BooleanSupplier stop;
  private final CallFetch fetching;
  private final AtomicLong nextProgress = new AtomicLong(Long.MIN_VALUE);

  private CallContext(
      P parameters,
      WorkerRequest request,
      StageEvents events,
      BooleanSupplier stop,
      CallFetch fetching) {
    this.parameters = parameters;
    this.request = request;
    this.events = events;
    this.stop = stop;
    this.fetching = fetching;
  }

  /** Binds the parameters and runs the stage. */
  static <P> void run(
      StageKind<P> kind,
      WorkerRequest request,
      StageEvents events,
      BooleanSupplier stop,
      CallFetch fetching)
      throws IOException, InterruptedException {
    P parameters = bind(kind, request.parameters());
    kind.run(new CallContext<>(parameters, request, events, stop, fetching));
  }

  /** What the kind says of a call before it runs. */
  static <P> List<String> outlook(StageKind<P> kind, WorkerRequest request) throws IOException {
    P parameters = bind(kind, request.parameters());
    return kind.outlook(
        new CallContext<>(parameters, request, StageEvents.NONE, () -> false, CallFetch.NONE));
  }

  private static <P> P bind(StageKind<P> kind, ObjectNode parameters) {
    Parameters.Outcome<P> outcome = Parameters.bind(kind, parameters);
    return outcome
        .bound()
        .map(Parameters::value)
        .orElseThrow(
            () ->
                FtpipeException.usage(
                    String.join("; ", outcome.problems().stream().map(p -> p.message()).toList())));
  }

  @Override
  public P parameters() {
    return parameters;
  }

  @Override
  public List<Path> inputs(String port) {
    return request.inputs().getOrDefault(port, List.of()).stream().map(Path::of).toList();
  }

  @Override
  public List<String> inputPorts() {
    return List.copyOf(new LinkedHashMap<>(request.inputs()).keySet());
  }

  @Override
  public Optional<Path> optionalOutput(String port) {
    Map<String, String> outputs = request.outputs();
    return Optional.ofNullable(outputs.get(port)).map(Path::of);
  }

  @Override
  public Path scratch() {
    return Path.of(request.scratch());
  }

  @Override
  public void progress(Progress progress) {
    long now = System.nanoTime();
    long next = nextProgress.get();
    boolean last = progress.done() == progress.total();
    if (last || next == Long.MIN_VALUE || now - next >= 0) {
      nextProgress.set(now + PROGRESS_EVERY);
      events.progress(progress);
    }
  }

  @Override
  public Fetched fetch(String url, Predicate<String> wanted)
      throws IOException, InterruptedException {
    return fetching.fetch(url, wanted, scratch(), this);
  }

  @Override
  public void log(String line) {
    events.log(line);
  }

  @Override
  public void checkpoint(List<Path> parts, long position) {
    events.checkpoint(parts, position);
  }

  @Override
  public boolean stopRequested() {
    return stop.getAsBoolean();
  }

  @Override
  public String display(Path path) {
    Path root = Path.of(request.root());
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(root) ? root.relativize(absolute).toString() : path.toString();
  }
}
