package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * The other end of a worker process: reads one {@link WorkerRequest}, runs the stage, tells {@link
 * WorkerEvent}s.
 */
public final class StageWorker {
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final InputStream requests;
  private final PrintStream events;
  private final Map<String, StageKind<?>> kinds;
  private final CallFetch fetching;
  private final IntConsumer halt;
  private final StopSignal stop = new StopSignal();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = FtpipeException.Kind.INTERRUPTED.exitCode();

  /**
   * A worker that has not started.
   *
   * @param requests stays open as long as the process that asks lives
   * @param events nothing else prints here, native code aside
   * @param kinds by name
   * @param fetching brings what stages want from elsewhere
   * @param halt ends this process at once, for when nobody is left to care
   */
  public StageWorker(
      InputStream requests,
      PrintStream events,
      Map<String, StageKind<?>> kinds,
      CallFetch fetching,
      IntConsumer halt) {
    this.requests = requests;
    this.events = events;
    this.kinds = kinds;
    this.fetching = fetching;
    this.halt = halt;
  }

  /** Runs the one request; the result is the exit code of the process. */
  public int run() {
    try {
      exitCode = exitCode(serve());
      return exitCode;
    } finally {
      ended.countDown();
    }
  }

  /**
   * For a shutdown hook: after a signal the stage ends early and keeps what the next attempt can go
   * on from. Returns at once when {@link #run} has ended; otherwise does not return.
   */
  public void endForSignal() {
    if (hasEnded()) {
      return;
    }
    stop.request();
    awaitEnd();
    halt.accept(exitCode);
  }

  private void awaitEnd() {
    try {
      ended.await(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean hasEnded() {
    return ended.getCount() == 0;
  }

  private WorkerEvent serve() {
    WorkerEvent end;
    try {
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(requests, StandardCharsets.UTF_8));
      WorkerRequest request = readRequest(reader);
      watchParent(reader);
      end = call(request);
    } catch (IOException e) {
      end = new WorkerEvent.Failed(FtpipeException.Kind.ENVIRONMENT, IoProblem.sentence(e));
    }
    tell(end);
    return end;
  }

  private static WorkerRequest readRequest(BufferedReader reader) throws IOException {
    // Before it is needed: whoever asks may still be reading the inputs.
    ObjectReader json = Json.mapper().readerFor(WorkerRequest.class);
    String line = reader.readLine();
    if (line == null) {
      throw new IOException("no request");
    }
    try {
      return json.readValue(line);
    } catch (JsonProcessingException e) {
      throw new IOException("not a request: " + e.getOriginalMessage(), e);
    }
  }

  private WorkerEvent call(WorkerRequest request) {
    StageKind<?> kind = kinds.get(request.kind());
    if (kind == null) {
      return new WorkerEvent.Failed(
          FtpipeException.Kind.USAGE, "there is no built-in stage '" + request.kind() + "'");
    }
    try {
      CallContext.run(kind, request, new Teller(), stop::requested, fetching);
      return new WorkerEvent.Done();
    } catch (InterruptedException e) {
      return new WorkerEvent.Interrupted();
    } catch (FtpipeException e) {
      return new WorkerEvent.Failed(e.kind(), e.getMessage());
    } catch (IOException e) {
      return new WorkerEvent.Failed(FtpipeException.Kind.ENVIRONMENT, IoProblem.sentence(e));
    } catch (OutOfMemoryError e) {
      return new WorkerEvent.Failed(
          FtpipeException.Kind.ENVIRONMENT,
          "out of memory: %s; %s=-Xmx8g gives more heap"
              .formatted(e.getMessage(), WorkerFlags.VARIABLE));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      tell(new WorkerEvent.Logged(trace(e)));
      return new WorkerEvent.Failed(FtpipeException.Kind.PIPELINE, "a defect of ftpipe: " + e);
    }
  }

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString().strip();
  }

  /** The end of the input means that whoever asked is dead, and nobody reads what we tell. */
  private void watchParent(BufferedReader reader) {
    Thread watch =
        new Thread(
            () -> {
              awaitEndOf(reader);
              endForSignal();
            },
            "parent watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void awaitEndOf(BufferedReader reader) {
    try {
      reader.transferTo(Writer.nullWriter());
    } catch (IOException ignored) {
      // A broken pipe is an end, too.
      return;
    }
  }

  // One write a line, on a line of its own even if native code printed half a line before.
  private void tell(WorkerEvent event) {
    synchronized (events) {
      byte[] line = ("\n" + event.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
      events.write(line, 0, line.length);
      events.flush();
    }
  }

  private final class Teller implements StageEvents {
    @Override
    public void progress(Progress progress) {
      tell(new WorkerEvent.Moved(progress));
    }

    @Override
    public void log(String line) {
      tell(new WorkerEvent.Logged(line));
    }

    @Override
    public void checkpoint(List<Path> parts, long position) {
      tell(new WorkerEvent.Kept(parts.stream().map(Path::toString).toList(), position));
    }
  }

  private static int exitCode(WorkerEvent end) {
    if (end instanceof WorkerEvent.Failed failed) {
      return failed.kind().exitCode();
    }
    return end instanceof WorkerEvent.Done ? 0 : FtpipeException.Kind.INTERRUPTED.exitCode();
  }
}
