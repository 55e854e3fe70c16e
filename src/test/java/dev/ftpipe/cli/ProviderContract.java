package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What a provider has to do, whoever it is: each of them runs these tests against the real one. */
abstract class ProviderContract {
  private static final int SAVE_STEPS = 16;

  /**
   * A spot machine is gone two minutes after its notice; a checkpoint has to be safe well before.
   */
  private static final Duration NOTICE = Duration.ofSeconds(20);

  @TempDir Path folder;
  CommandLines here;

  /** Options of the profile, as they stand in a configuration. */
  abstract String profile() throws IOException;

  @BeforeEach
  final void project() throws IOException {
    here = project("here", SAVE_STEPS);
  }

  /** A remote that the machines reach. */
  SharedRemote remote() {
    return SharedRemote.of(folder.resolve("mount"));
  }

  private SmallTraining training() {
    return new SmallTraining(folder, remote());
  }

  private CommandLines project(String name, int saveSteps) throws IOException {
    CommandLines lines = training().project(name, saveSteps);
    return lines
        .write(
            ".ftpipe/config.yaml",
            lines.read(".ftpipe/config.yaml") + "profiles: {there: " + profile() + "}\n")
        .write("in/the/workspace", "hello\n");
  }

  static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
  }

  final String launched(String command) {
    Result result = here.ftpipe("launch", "--on", "there", "-y", "-d", "--", command);
    isDone(result);
    return result.out().strip();
  }

  /** What a run has told the remote under this name. */
  final String told(String id, String name) throws IOException {
    return remote().text("runs/" + id + "/" + name);
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
    return CommandLines.installed(folder);
  }

  private void assertPulledEqually(String id) throws IOException {
    CommandLines there = project("there", SAVE_STEPS);
    isDone(there.ftpipe("pull", id));
    assertThat(SmallTraining.made(there)).isEqualTo(training().undisturbed()).isNotEmpty();
  }

  /** What the launch of a run has sent elsewhere than to the remote; but no secret's own place. */
  String sent(String id) throws IOException {
    return SecretCanaries.textBelow(folder.resolve("user/.ftpipe/nodes").resolve(id));
  }

  @Test
  @Tag("slow")
  void nothingSecretLeaves() throws Exception {
    CommandLines user = new CommandLines(folder.resolve("user"));
    remote().addTo(user.write(".ftpipe/config.yaml", ""));
    // What is packed can be read, or it would be no proof.
    isDone(user.ftpipe("remote", "modify", "shared", "compression", "none"));
    user.write(
            ".ftpipe/config.yaml",
            user.read(".ftpipe/config.yaml") + "profiles: {there: " + profile() + "}\n")
        .write("pipeline.yaml", "stages:\n  a: {cmd: cp in out, deps: [in], outs: [out]}\n")
        .write("in", "a word of the workspace\n");
    Path home = folder.resolve("home-of-user");
    SecretCanaries.plant(user, home);
    Map<String, String> env = new HashMap<>(SecretCanaries.env(home));
    env.putAll(new CutLaunch(folder, user).recorded(List.of("ssh", "sbatch", "squeue", "scancel")));

    Result result =
        user.process(
            env,
            "launch",
            "--on",
            "there",
            "-y",
            "--secret",
            SecretCanaries.ASKED_FOR,
            "--",
            "test ${#" + SecretCanaries.ASKED_FOR + "} -gt 9 && ftpipe repro --pull --push");

    isDone(result);
    String id = result.err().replaceFirst("(?s).*run (\\S+) on there.*", "$1");
    assertThat(told(id, "run.json")).contains(id);
    String sent =
        remote().text("")
            + sent(id)
            + SecretCanaries.textBelow(folder.resolve("calls"))
            + SecretCanaries.textBelow(folder.resolve("scripts"));
    assertThat(sent).contains(id, "a word of the workspace");
    SecretCanaries.assertNoneIn(sent);
  }

  @Test
  void aTrainingThatIsKilledComesToTheSameBytesAsOneHere() throws Exception {
    String id = launched("ftpipe repro --pull --push");
    // Metrics and a checkpoint are there for others while it trains.
    await(Duration.ofMinutes(4), () -> !told(id, "metrics/metrics").isEmpty());
    await(Duration.ofMinutes(4), training()::hasCheckpoint);
    assertThat(told(id, "state.json")).contains("\"running\"");
    kill(id);

    Result log = here.ftpipe("logs", "-f", id);

    isDone(log);
    assertThat(log.out()).contains("attempt 1").contains("attempt 2").contains("done, exit code 0");
    assertThat(repeated(log.out())).isBetween(0, SAVE_STEPS);
    assertPulledEqually(id);
  }

  @Test
  void aTrainingThatHasToLeaveSendsACheckpointFirst(TestReporter reporter) throws Exception {
    here = project("seldom", 10 * SmallTraining.STEPS);
    String id = launched("ftpipe repro --pull --push");
    await(Duration.ofMinutes(4), () -> !told(id, "metrics/metrics").isEmpty());
    assertThat(training().hasCheckpoint()).isFalse();
    Instant told = Instant.now();

    notice(id);

    await(NOTICE, training()::hasCheckpoint);
    reporter.publishEntry(
        "milliseconds from the notice to the checkpoint in the store",
        Long.toString(Duration.between(told, Instant.now()).toMillis()));
    Result log = here.ftpipe("logs", "-f", id);
    isDone(log);
    assertThat(log.out()).contains("preempted").contains("attempt 2").contains("done, exit code 0");
    assertThat(repeated(log.out())).isZero();
    assertPulledEqually(id);
  }

  /** Steps that were trained and trained again. */
  private static int repeated(String log) {
    List<Integer> steps =
        numbers(
            log.substring(0, log.indexOf("attempt 2")), "step (\\d+) of " + SmallTraining.STEPS);
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
  void stagesAreJobsOfTheirOwn() throws IOException {
    here.write(
        "pipeline.yaml",
        """
        stages:
          part:
            foreach: [1, 2, 3, 4, 5]
            do:
              cmd: 'echo part ${item}; cp data out${item}; test ${item} != 3'
              deps: [data]
              outs: ['out${item}']
              resources: {cpus: 1}
        """);
    here.write("data", "data\n");

    Result result = here.ftpipe("repro", "--on", "there", "-j", "3", "-k");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains("4 run").contains("1 failed").contains("part 5");
    assertThat(here.read("out5")).isEqualTo("data\n");
  }

  @Test
  void theMachineIsReached() throws Exception {
    String id = launched("echo begun; sleep 300");
    await(Duration.ofMinutes(2), () -> here.ftpipe("logs", id).out().contains("begun"));

    Result there = here.process(Map.of(), "ssh", id, "--", "pwd; cat in/the/workspace; exit 5");

    assertThat(there.exitCode()).as(there.err()).isEqualTo(1);
    assertThat(there.out()).contains("nodes/" + id + "/work").contains("hello");
    assertThat(there.err()).contains("exit code 5");
    isDone(here.ftpipe("down", id));
    Result over = here.ftpipe("ssh", id);
    assertThat(over.exitCode()).isEqualTo(2);
    assertThat(over.err()).contains("is over");
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
