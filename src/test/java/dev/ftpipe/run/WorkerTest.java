package dev.ftpipe.run;

import static dev.ftpipe.run.StageOutcome.Result.FAILED;
import static dev.ftpipe.run.StageOutcome.Result.RUN;
import static dev.ftpipe.run.StageOutcome.Result.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Built-ins, in this process and in one of their own. */
final class WorkerTest {
  @TempDir Path folder;
  private Workbench bench;

  @BeforeEach
  void makeProject() {
    bench = new Workbench(folder);
  }

  private static Stages count(boolean ownProcess, String with) {
    return Stages.call(
        "count", new TestKinds.Count(ownProcess), with, Map.of(), Map.of("file", "out/n"));
  }

  private Path scratch() throws IOException {
    return bench.open().folders().scratch(bench.status("count").key().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void call_writesItsOutputAndReportsProgress(boolean ownProcess) throws IOException {
    bench.stages(count(ownProcess, "{}")).reproGives(RUN);
    assertThat(bench.read("out/n")).isEqualTo("counted to 3\n");
    assertThat(bench.progress).contains(new Progress(3, 3, "steps", ""));
    assertThat(bench.lines).containsExactly("started at 0");
    assertThat(scratch()).doesNotExist();
    bench.reproGives(UNCHANGED);
    bench.stages(count(ownProcess, "{\"steps\": 4}"));
    assertThat(bench.reproGives(RUN).get("count").cause()).isEqualTo("parameter steps: 3 → 4");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void call_whenItFails_givesItsMessage(boolean ownProcess) throws IOException {
    bench.stages(count(ownProcess, "{\"behave\": \"fail\"}"));
    StageOutcome.Failure failure = bench.repro().get("count").failure().orElseThrow();
    assertThat(failure.message()).isEqualTo("out/n:1: wrong on purpose");
    assertThat(failure.exitCode()).isEqualTo(1);
    assertThat(failure.tail()).containsExactly("started at 0");
  }

  private static long newChildren(List<ProcessHandle> before) {
    return ProcessHandle.current().children().filter(child -> !before.contains(child)).count();
  }

  /** Its process starts while the input is read, and is given up when that turns out the same. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void call_withALargeNewInput_runsOnce(boolean ownProcess) throws IOException {
    Path input = bench.write("text", "").open().root().resolve("text");
    try (FileChannel file = FileChannel.open(input, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[1]), 40 << 20);
    }
    bench
        .stages(
            Stages.call(
                "count",
                new TestKinds.Count(ownProcess),
                "{}",
                Map.of("text", List.of("text")),
                Map.of("file", "out/n")))
        .reproGives(RUN);
    assertThat(bench.read("out/n")).isEqualTo("counted to 3\n");
    Files.setLastModifiedTime(input, FileTime.fromMillis(0));
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    bench.reproGives(UNCHANGED);
    bench.await(() -> newChildren(before) == 0);
    assertThat(newChildren(before)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "-XX:MaxRAMPercentge=50, Unrecognized VM option 'MaxRAMPercentge=50'",
    "-Xmx8q, Invalid maximum heap size: -Xmx8q",
    "Xmx8g, Could not find or load main class Xmx8g",
  })
  void call_whenAFlagOfTheJvmIsWrong_isAnErrorThatNamesIt(String flag, String said)
      throws IOException {
    bench.stages(count(true, "{}")).workerFlags("-Dsome=thing", flag);
    StageOutcome.Failure failure = bench.repro().get("count").failure().orElseThrow();
    assertThat(failure.message())
        .startsWith("FTPIPE_WORKER_JAVA_OPTS is '-Dsome=thing %s'".formatted(flag))
        .contains(said, "such as -Xmx8g");
    assertThat(failure.exitCode()).isEqualTo(2);
    bench.workerFlags("-Xmx128m", "-XX:+UseSerialGC").reproGives(RUN);
  }

  @Test
  void environment_leavesWhatTheUserHasSet() {
    assertThat(WorkerCommand.environment(Map.of("HOME", "/root")))
        .containsKeys("GOMP_SPINCOUNT", "MALLOC_ARENA_MAX");
    assertThat(WorkerCommand.environment(Map.of("OMP_WAIT_POLICY", "PASSIVE")))
        .doesNotContainKey("GOMP_SPINCOUNT")
        .containsKey("MALLOC_ARENA_MAX");
    assertThat(WorkerCommand.environment(Map.of("MALLOC_ARENA_MAX", "4")))
        .doesNotContainKey("MALLOC_ARENA_MAX");
  }

  @Test
  void workerFlags_areWords() {
    assertThat(WorkerFlags.of(Map.of("FTPIPE_WORKER_JAVA_OPTS", " -Xmx1g  -ea ")))
        .containsExactly("-Xmx1g", "-ea");
    assertThat(WorkerFlags.of(Map.of("FTPIPE_WORKER_JAVA_OPTS", " "))).isEmpty();
    assertThat(WorkerFlags.of(Map.of())).isEmpty();
  }

  @Test
  void call_whenNativeCodePrints_goesToTheLog() throws IOException {
    bench.stages(count(true, "{\"behave\": \"print\"}")).reproGives(RUN);
    assertThat(bench.lines).contains("from native code");
  }

  @Test
  void call_whenNativeCodeAborts_saysSo() throws IOException {
    bench.stages(count(true, "{\"behave\": \"abort\"}"));
    StageOutcome.Failure failure = bench.repro().get("count").failure().orElseThrow();
    assertThat(failure.message()).contains("134").contains("SIGABRT");
    assertThat(failure.exitCode()).isEqualTo(1);
  }

  @Test
  void call_whenKilled_isAFailureOfTheEnvironmentAndTriedAgain() throws IOException {
    bench.stages(count(true, "{\"behave\": \"kill\"}").retries(1));
    StageOutcome outcome = bench.repro().get("count");
    assertThat(outcome.result()).isEqualTo(FAILED);
    assertThat(outcome.failure().orElseThrow().message()).contains("out of memory");
    assertThat(outcome.failure().orElseThrow().exitCode()).isEqualTo(3);
    assertThat(bench.lines).contains("started at 0", "started at 3");
    assertThat(bench.open().lock().stages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void requestStop_keepsTheScratchFolderForTheNextAttempt(boolean ownProcess) throws Exception {
    bench.stages(count(ownProcess, "{\"steps\": 40, \"millis\": 50}"));
    Reproduction reproduction = bench.reproduction(Workbench.options());
    Thread stopper =
        new Thread(
            () -> {
              bench.await(() -> !bench.progress.isEmpty());
              reproduction.requestStop();
            });
    stopper.start();
    StageOutcome outcome = reproduction.run().get(0);
    stopper.join();
    assertThat(outcome.failure().orElseThrow().exitCode()).isEqualTo(130);
    assertThat(bench.root.resolve("out/n")).doesNotExist();
    int place = Integer.parseInt(Files.readString(scratch().resolve("place")));
    assertThat(place).isBetween(1, 39);
    bench.reproGives(RUN);
    assertThat(bench.lines).containsExactly("started at " + place);
  }

  @Test
  void call_whenItsProcessIsKilledFromOutside_goesOnWhereItWas() throws Exception {
    bench.stages(count(true, "{\"steps\": 40, \"millis\": 50}"));
    Path scratch = scratch();
    Thread killer =
        new Thread(
            () -> {
              bench.await(() -> !bench.progress.isEmpty());
              long pid = Long.parseLong(readString(scratch.resolve("pid")));
              ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            });
    killer.start();
    assertThat(bench.repro().get("count").result()).isEqualTo(FAILED);
    killer.join();
    bench.reproGives(RUN);
    assertThat(bench.lines).singleElement().isNotEqualTo("started at 0");
  }

  @Test
  void worker_whenWhoeverAskedDies_stops() throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PipedOutputStream parent = new PipedOutputStream();
    StageWorker worker =
        new StageWorker(
            new PipedInputStream(parent, 1 << 16),
            new PrintStream(told, true, StandardCharsets.UTF_8),
            TestKinds.all(),
            CallFetch.NONE,
            code -> {});
    parent.write(request("count", 10_000).getBytes(StandardCharsets.UTF_8));
    parent.close();
    assertThat(worker.run()).isEqualTo(130);
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("{\"event\":\"interrupted\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}\n", "no json\n", "{\"kind\":\"unknown\"}\n"})
  void worker_whenTheRequestIsWrong_fails(String request) {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    StageWorker worker =
        new StageWorker(
            new ByteArrayInputStream(request.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(told, true, StandardCharsets.UTF_8),
            TestKinds.all(),
            CallFetch.NONE,
            code -> {});
    assertThat(worker.run()).isEqualTo(3);
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("\"event\":\"failed\"");
  }

  @Test
  void events_surviveTheirLine() {
    List<WorkerEvent> events =
        List.of(
            new WorkerEvent.Moved(new Progress(1, 2, "steps", "loss \"1\"")),
            new WorkerEvent.Logged("a\nb"),
            new WorkerEvent.Done(),
            new WorkerEvent.Failed(FtpipeException.Kind.ENVIRONMENT, "é"),
            new WorkerEvent.Interrupted());
    assertThat(events)
        .allSatisfy(event -> assertThat(WorkerEvent.parse(event.toJson())).contains(event));
    assertThat(WorkerEvent.parse("{\"event\":\"done\"} and more")).isEmpty();
    assertThat(WorkerEvent.parse("text")).isEmpty();
  }

  private String request(String kind, int steps) throws IOException {
    Path scratch = Files.createDirectories(folder.resolve("scratch"));
    return Json.mapper()
            .writeValueAsString(
                new WorkerRequest(
                    kind,
                    Json.mapper().createObjectNode().put("steps", steps).put("millis", 1),
                    Map.of(),
                    Map.of("file", folder.resolve("n").toString()),
                    scratch.toString(),
                    folder.toString()))
        + "\n";
  }

  private static String readString(Path file) {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
      return Files.readString(file);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
