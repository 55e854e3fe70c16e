package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.train.TrainStage;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.folder.FolderObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a provider has to do, whoever it is: each of them runs these tests against the real one. */
abstract class ProviderContract {
  private static final Path MODEL = Path.of("models/demo-chat-3m").toAbsolutePath();
  private static final int STEPS = 160;
  private static final int SAVE_STEPS = 16;

  @TempDir Path folder;
  CommandLines here;

  /** Options of the profile, as they stand in a configuration. */
  abstract String profile() throws IOException;

  @BeforeEach
  final void project() throws IOException {
    here = clone("here");
  }

  private CommandLines clone(String name) throws IOException {
    CommandLines lines = new CommandLines(folder.resolve(name), Map.of("train", new TrainStage()));
    lines.write(".ftpipe/config.yaml", "profiles: {there: " + profile() + "}\n");
    addRemote(lines);
    lines.write(
        "pipeline.yaml",
        """
        stages:
          train:
            uses: train
            in: {model: model, train: train.jsonl}
            out: {adapter: adapter, metrics: {path: metrics, cache: false}}
            with:
              lora: {r: 4, target_modules: all-linear}
              trainer: {max_steps: %d, save_steps: %d, logging_steps: 2, learning_rate: 0.001,
                        per_device_train_batch_size: 4}
        """
            .formatted(STEPS, SAVE_STEPS));
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      records.append("{\"prompt\":\"What is %d plus %d?\",".formatted(i, i + 1));
      records.append("\"completion\":\"It is %d.\"}\n".formatted(2 * i + 1));
    }
    lines.write("train.jsonl", records.toString());
    Files.createDirectories(lines.root.resolve("model"));
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.createLink(lines.root.resolve("model").resolve(file.getFileName()), file);
      }
    }
    return lines;
  }

  static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
  }

  final String launched(String command) {
    Result result = here.ftpipe("launch", "--on", "there", "-y", "-d", "--", command);
    isDone(result);
    return result.out().strip();
  }

  /** Gives a project a remote that the machines reach. */
  void addRemote(CommandLines lines) throws IOException {
    isDone(lines.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
  }

  /** The same remote. */
  ObjectStore objects() {
    return FolderObjectStore.open(folder.resolve("mount"));
  }

  /** What a run has told the remote under this name. */
  final String told(String id, String name) throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> keys = new ArrayList<>();
    try (ObjectStore objects = objects()) {
      objects.list("runs/" + id + "/" + name, each -> keys.add(each.key()));
      for (String key : keys) {
        text.append(new String(objects.read(key, 1 << 20).orElseThrow(), StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  static void await(Duration most, Condition condition) throws Exception {
    Instant end = Instant.now().plus(most);
    while (!condition.holds()) {
      assertThat(Instant.now()).as("it did not come").isBefore(end);
      Thread.sleep(50);
    }
  }

  interface Condition {
    boolean holds() throws IOException;
  }

  /** Takes the machine of a run away, as the engine would have it. */
  void kill(String id) throws IOException {
    NodeProcesses.of(id).orElseThrow().destroyForcibly();
  }

  /** Tells the node of a run that its machine will be taken away. */
  void notice(String id) throws IOException {
    NodeProcesses.of(id).orElseThrow().destroy();
  }

  /** This ftpipe, as it may be installed on a machine. */
  final Path installed() throws IOException {
    Path program = folder.resolve("ftpipe");
    String line =
        CommandLines.program().command().stream()
            .filter(word -> !word.equals(WorkerCommand.ARGUMENT))
            .map(Programs::quoted)
            .collect(Collectors.joining(" "));
    Files.writeString(program, "#!/bin/sh\nexec " + line + " \"$@\"\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static Map<String, Digest> bytes(Path root) throws IOException {
    Map<String, Digest> all = new TreeMap<>();
    for (String path : List.of("adapter", "metrics")) {
      try (Stream<Path> files = Files.walk(root.resolve(path))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          all.put(root.relativize(file).toString(), Digest.of(Files.readAllBytes(file)));
        }
      }
    }
    return all;
  }

  @Test
  void aTrainingThatIsKilledComesToTheSameBytesAsOneHere() throws Exception {
    CommandLines local = clone("local");
    isDone(local.ftpipe("repro"));
    String id = launched("ftpipe repro --pull --push");
    // Metrics and a checkpoint are there for others while it trains.
    await(Duration.ofMinutes(4), () -> !told(id, "metrics/metrics").isEmpty());
    await(Duration.ofMinutes(4), () -> !told(id, "checkpoint.json").isEmpty());
    assertThat(told(id, "state.json")).contains("\"running\"");
    kill(id);

    Result log = here.ftpipe("logs", "-f", id);

    isDone(log);
    assertThat(log.out()).contains("attempt 1").contains("attempt 2").contains("done, exit code 0");
    assertThat(repeated(log.out())).isBetween(0, SAVE_STEPS);
    CommandLines there = clone("there");
    isDone(there.ftpipe("pull", id));
    assertThat(bytes(there.root)).isEqualTo(bytes(local.root)).isNotEmpty();
  }

  /** Steps that were trained and trained again. */
  private static int repeated(String log) {
    List<Integer> steps =
        numbers(log.substring(0, log.indexOf("attempt 2")), "step (\\d+) of " + STEPS);
    List<Integer> from = numbers(log, "going on from the checkpoint of step (\\d+)");
    assertThat(from).hasSize(1);
    return steps.isEmpty() ? 0 : Math.max(0, steps.get(steps.size() - 1) - from.get(0));
  }

  private static List<Integer> numbers(String text, String pattern) {
    return new ArrayList<>(
        Pattern.compile(pattern)
            .matcher(text)
            .results()
            .map((MatchResult found) -> Integer.valueOf(found.group(1)))
            .toList());
  }

  @Test
  void aFailureHasItsExitCodeAndItsLastLines() {
    Result result = here.ftpipe("launch", "--on", "there", "-y", "--", "echo last words; exit 7");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).contains("last words").contains("failed, exit code 7");
    assertThat(here.ftpipe("queue").out()).contains("failed").contains("exit code 7");
  }

  @Test
  void theSameLaunchedTwiceIsOneRunAndIsCancelled() throws Exception {
    String id = launched("echo begun; sleep 300");
    await(Duration.ofMinutes(2), () -> here.ftpipe("logs", id).out().contains("begun"));
    assertThat(launched("echo begun; sleep 300")).isEqualTo(id);
    assertThat(here.ftpipe("queue").out()).containsOnlyOnce(id);

    isDone(here.ftpipe("cancel", id));

    assertThat(here.ftpipe("logs", "-f", id).exitCode()).isEqualTo(1);
    assertThat(here.ftpipe("queue").out()).contains("cancelled");
    await(Duration.ofMinutes(1), () -> NodeProcesses.of(id).isEmpty());
  }

  @Test
  void aNoticeLeavesACheckpointThatTheNextNodeGoesOnFrom() throws Exception {
    String id =
        launched(
            "s=.ftpipe/state/scratch/k; mkdir -p $s; "
                + "if [ -f $s/step ]; then echo found step $(cat $s/step); exit; fi; "
                + "trap 'echo 17 >$s/step; exit 1' TERM; echo ready; sleep 300 & wait");
    await(Duration.ofMinutes(2), () -> here.ftpipe("logs", id).out().contains("ready"));

    notice(id);

    await(Duration.ofSeconds(20), () -> !told(id, "checkpoint.json").isEmpty());
    Result log = here.ftpipe("logs", "-f", id);
    isDone(log);
    assertThat(log.out()).contains("preempted").contains("attempt 2").contains("found step 17");
  }

  @Test
  void stagesAreJobsOfTheirOwn() throws IOException {
    here.write(
        "pipeline.yaml",
        """
        stages:
          part:
            foreach: [1, 2, 3, 4, 5]
            do:
              cmd: 'echo part ${item}; cp in out${item}; test ${item} != 3'
              deps: [in]
              outs: ['out${item}']
              resources: {cpus: 1}
        """);
    here.write("in", "data\n");

    Result result = here.ftpipe("repro", "--on", "there", "-j", "3", "-k");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains("4 run").contains("1 failed").contains("part 5");
    assertThat(here.read("out5")).isEqualTo("data\n");
  }

  @Test
  void downEndsTheMachine() throws Exception {
    String id = launched("echo begun; sleep 300");
    await(Duration.ofMinutes(2), () -> here.ftpipe("logs", id).out().contains("begun"));

    isDone(here.ftpipe("down", id));

    assertThat(here.ftpipe("queue").out()).contains("cancelled");
    await(Duration.ofMinutes(2), () -> NodeProcesses.of(id).isEmpty());
    assertThat(here.ftpipe("queue").out()).contains("cancelled");
  }
}
