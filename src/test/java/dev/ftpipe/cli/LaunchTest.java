package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a node that is a process here: launched, followed, killed, cancelled, pulled. */
final class LaunchTest {
  @TempDir private Path folder;
  private CommandLines here;

  @BeforeEach
  void project() throws IOException {
    here =
        new CommandLines(folder.resolve("here"))
            .write(
                "pipeline.yaml",
                """
                stages:
                  train:
                    cmd: echo training; cp in out; echo '{"loss":1}' > m.json
                    deps: [in]
                    outs: [out]
                    metrics: [{m.json: {cache: false}}]
                """)
            .write("in", "data\n");
    isDone(here.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
  }

  private Result launch(String command) {
    return here.ftpipe("launch", "--on", "local", "-y", "--", command);
  }

  private String detached(String command) {
    Result result = here.ftpipe("launch", "--on", "local", "-y", "-d", "--", command);
    isDone(result);
    return result.out().strip();
  }

  private String queued() {
    Result result = here.ftpipe("queue");
    isDone(result);
    return result.out();
  }

  private Path node(String id) {
    return here.root.resolve(".ftpipe/nodes").resolve(id);
  }

  private static void await(Condition condition) throws IOException, InterruptedException {
    for (int i = 0; i < 300 && !condition.holds(); i++) {
      Thread.sleep(100);
    }
    assertThat(condition.holds()).isTrue();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  @Test
  void aRunIsFollowedAndPulledElsewhere() throws IOException {
    Result result = here.ftpipe("launch", "--on", "local", "-y");

    isDone(result);
    assertThat(result.out()).contains("training").contains("done, exit code 0");
    assertThat(result.err()).contains("workspace: 3 files");
    assertThat(queued()).contains("done");
    assertThat(here.root.resolve("out")).doesNotExist();
    CommandLines there = new CommandLines(folder.resolve("there"));
    there.write("pipeline.yaml", here.read("pipeline.yaml")).write("in", "data\n");
    isDone(there.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
    String id = queued().lines().filter(line -> line.contains("done")).findFirst().orElseThrow();
    isDone(there.ftpipe("pull", id.strip().split("\\s+", -1)[0]));
    assertThat(there.read("out")).isEqualTo("data\n");
  }

  @Test
  void aFailureHasItsExitCodeAndItsLastLines() {
    Result result = launch("echo last words; exit 7");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).contains("last words").contains("failed, exit code 7");
    assertThat(queued()).contains("failed").contains("exit code 7");
  }

  @Test
  void aNodeThatIsKilledIsStartedAgainAndItsCommandDoesNotRunTwice() throws Exception {
    String id = detached("echo $$ >>pids; [ -f go ] || { touch go; sleep 60; }; echo second");
    Path pids = node(id).resolve("work/pids");
    await(() -> Files.exists(pids) && Files.exists(node(id).resolve("work/go")));
    NodeProcesses.of(id).orElseThrow().destroyForcibly();

    Result log = here.ftpipe("logs", "-f", id);

    isDone(log);
    assertThat(log.out()).contains("attempt 1").contains("attempt 2").contains("second");
    List<String> groups = Files.readAllLines(pids);
    assertThat(groups).hasSize(2);
    // A process that nobody waits for keeps its number, but no command line.
    assertThat(ProcessHandle.of(Long.parseLong(groups.get(0))).map(NodeProcesses::commandLine))
        .matches(line -> line.isEmpty() || line.get().isEmpty());
  }

  @Test
  void aNodeThatIsToLeaveTellsItsCommandAndAnotherFollows() throws Exception {
    String id =
        detached(
            "if [ -f left ]; then echo back again; exit; fi; "
                + "trap 'touch left; exit 1' TERM; echo ready; sleep 60 & wait");
    await(() -> here.ftpipe("logs", id).out().contains("ready"));
    NodeProcesses.of(id).orElseThrow().destroy();

    Result log = here.ftpipe("logs", "-f", id);

    isDone(log);
    assertThat(log.out()).contains("preempted").contains("attempt 2").contains("back again");
  }

  @Test
  void aRunIsCancelled() throws Exception {
    String id = detached("echo begun; sleep 60");
    await(() -> here.ftpipe("logs", id).out().contains("begun"));

    isDone(here.ftpipe("cancel", id));

    assertThat(here.ftpipe("logs", "-f", id).exitCode()).isEqualTo(1);
    assertThat(queued()).contains("cancelled");
  }

  @Test
  @Tag("slow")
  void aLogIsFollowedWhereItsEngineCannotBeAsked() throws IOException {
    String remote = here.read(".ftpipe/config.yaml");
    here.write(".ftpipe/config.yaml", remote + "profiles: {mine: {provider: local}}\n");
    Result launched = here.ftpipe("launch", "--on", "mine", "-y", "-d", "--", "sleep 9; echo end");
    isDone(launched);
    here.write(
        ".ftpipe/config.yaml",
        remote + "profiles: {mine: {provider: ssh, host: nowhere.invalid}}\n");

    Result log = here.ftpipe("logs", "-f", launched.out().strip());

    isDone(log);
    assertThat(log.out()).contains("end\n");
    assertThat(log.err()).containsOnlyOnce("cannot be asked");
  }

  @Test
  void theSameLaunchedTwiceIsOneRun() throws Exception {
    String id = detached("sleep 60");

    assertThat(detached("sleep 60")).isEqualTo(id);

    isDone(here.ftpipe("down", id));
    await(() -> NodeProcesses.of(id).isEmpty());
  }

  @Test
  void aRunThatCostsTooMuchIsEnded() throws IOException {
    here.write(
        ".ftpipe/config.yaml",
        here.read(".ftpipe/config.yaml") + "profiles: {local: {price_per_hour: 3600}}\n");

    Result result =
        here.ftpipe("launch", "--on", "local", "--max-total", "2", "-y", "--", "sleep 60");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).contains("stopped: the longest time of 2 s is over");
  }

  @Test
  void secretsStayHere() throws IOException {
    here.write(".env", "A=b\n").write("notes", "-----BEGIN RSA PRIVATE KEY-----\n");

    Result result = launch("true");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains(".env is a file of secrets")
        .contains("notes holds a private");
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(file -> file.startsWith(folder.resolve("mount/packs")))).isEmpty();
    }
  }

  @Test
  void mountsOfKeysAreRefusedByName() throws IOException {
    here.write(
        "sky.yaml",
        """
        resources: {accelerators: 'A10G:1', cpus: 8, cloud: aws, disk_size: 1024}
        workdir: .
        file_mounts:
          ~/.ssh/id_rsa: ~/.ssh/id_rsa
          ~/.gitconfig: ~/.gitconfig
        run: dvc exp run --pull
        """);

    Result result = here.ftpipe("launch", here.root.resolve("sky.yaml").toString(), "--dry-run");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("id_rsa").contains(".gitconfig").contains("never copied");
  }

  @Test
  void nobodyIsAskedForWhatNoProfileCanHave() {
    Result result = here.ftpipe("cloud", "gc");

    isDone(result);
    assertThat(result.err()).contains("no profile here has an engine");
  }

  private Result planned(String task, String... more) throws IOException {
    here.write("sky.yaml", task);
    List<String> words =
        new ArrayList<>(
            List.of("launch", here.root.resolve("sky.yaml").toString(), "--on", "local"));
    words.addAll(List.of(more));
    words.add("--dry-run");
    return here.ftpipe(words.toArray(String[]::new));
  }

  @Test
  void aVariableWithoutValueIsGivenOneHere() throws IOException {
    String task = "envs: {A: null}\n";

    Result refused = planned(task);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("'A' of the task's envs has no value");
    isDone(planned(task, "-e", "A=1"));
    isDone(planned(task, "-e", "A=1", "-e", "PATH"));
    Result unknown = planned(task, "-e", "A=1", "-e", "NO_SUCH_VARIABLE");
    assertThat(unknown.exitCode()).isEqualTo(2);
  }

  @Test
  void aSecretIsNamedAndHasNoValueInSight() throws IOException {
    Result typed = planned("{}\n", "--secret", "TOKEN=abc");
    assertThat(typed.exitCode()).isEqualTo(2);
    assertThat(typed.err()).contains("seen by everybody").doesNotContain("abc");
    Result written = planned("secrets: {TOKEN: abc}\n");
    assertThat(written.exitCode()).isEqualTo(2);
    assertThat(written.err()).contains("sky.yaml:1:18").doesNotContain("abc");
    assertThat(planned("secrets: {NO_SUCH_SECRET: null}\n").err())
        .contains("the secret NO_SUCH_SECRET is not set");
  }

  @Test
  void wordsOfSkyPilotAreTakenOrRefusedWithAReason() throws IOException {
    Result taken =
        planned(
            """
            workdir: ./
            resources: {memory: 64GB+, disk_size: 1TB, disk_tier: best, job_recovery: failover}
            """);
    isDone(taken);
    assertThat(taken.err())
        .contains("without effect here: disk_tier, job_recovery\n")
        .doesNotContain("workdir");
    Result refused =
        planned(
            """
            resources: {ports: 8080, cpus: -1}
            service: {}
            file_mounts:
              /data: {source: 's3://b/data', mode: MOUNT}
            """);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("sky.yaml:1:13: 'ports' cannot be had: nobody comes in")
        .contains("'service' cannot be had")
        .contains("found '-1'")
        .contains("ftpipe add PATH --from s3://b/data");
  }

  @Test
  void wordsOfACommandStayWords() throws IOException {
    Result result =
        here.ftpipe("launch", "--on", "local", "-y", "--", "sh", "-c", "echo 'a  b'; exit 7");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).contains("a  b").contains("exit code 7");
  }

  @Test
  void thePlanNeedsNoNetwork() throws IOException {
    here.write(
        "cloud/training.yaml",
        "resources: {accelerators: {L4: 1, A10G: 1}, cpus: 8+, infra: aws, use_spot: true,"
            + " region: eu-west-1}\n");

    Result result = here.ftpipe("launch", "--dry-run");

    isDone(result);
    assertThat(result.err()).contains("spot").contains("g6.2xlarge").contains("g5.2xlarge");
    assertThat(result.err()).doesNotContain("without effect here");
    assertThat(here.ftpipe("launch", "--on", "local", "--dry-run").err())
        .contains("without effect here: region");
  }
}
