package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two machines, a folder that both mount, and the commands that move data between them. */
final class RemoteCommandsTest {
  private static final String PIPELINE =
      """
      stages:
        make:
          cmd: mkdir -p made; for i in 1 2 3; do echo $i > made/$i; done; echo ran >> runs.log
          outs: [made]
        copy:
          cmd: cat made/* > copied.txt
          deps: [made]
          outs: [copied.txt]
        private:
          cmd: echo mine > private.txt
          outs: [{private.txt: {push: false}}]
      """;

  @TempDir private Path folder;
  private CommandLines here;
  private CommandLines there;

  @BeforeEach
  void projects() throws IOException {
    here = machine("here");
    there = machine("there");
  }

  private CommandLines machine(String name) throws IOException {
    CommandLines machine = new CommandLines(folder.resolve(name));
    machine.write("pipeline.yaml", PIPELINE);
    Result added =
        machine.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString());
    assertThat(added.exitCode()).as(added.err()).isZero();
    return machine;
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  @Test
  void filesOfAwsThatAreNone_areAnError_noDefect() throws IOException {
    isDone(here.ftpipe("remote", "add", "-d", "s", "s3://bucket/p"));
    Path config = Files.writeString(folder.resolve("config"), "garbage [[[");
    System.setProperty("aws.configFile", config.toString());
    try {
      Result status = here.ftpipe("status", "-c");
      assertThat(status.exitCode()).isEqualTo(3);
      assertThat(status.err())
          .isEqualTo(
              "error: remote 's': AWS's files cannot be read: Expected a profile definition on line"
                  + " 1; see ~/.aws/config and ~/.aws/credentials\n");
    } finally {
      System.clearProperty("aws.configFile");
    }
  }

  @Test
  void pushThenPull_bringsTheOutputsOfTheLockFile() throws IOException {
    isDone(here.ftpipe("repro"));
    Result lacking = here.ftpipe("status", "-c", "--exit-code");
    assertThat(lacking.exitCode()).isEqualTo(1);
    assertThat(lacking.out()).contains("lacks ", "ftpipe push sends them");

    Result pushed = here.ftpipe("push");
    isDone(pushed);
    assertThat(pushed.err()).containsPattern("Sent \\d+ objects, .*: (\\d+) objects, \\1 verified");
    assertThat(here.ftpipe("push").err()).startsWith("Nothing to send: ");
    assertThat(here.ftpipe("status", "-c", "--exit-code").exitCode()).isZero();

    there.write("pipeline.lock", here.read("pipeline.lock"));
    Result pulled = there.ftpipe("pull", "make", "copy");
    isDone(pulled);
    assertThat(pulled.err()).contains("2 outputs put in place", "received and verified");
    assertThat(there.root.resolve("made/2")).hasContent("2");
    assertThat(there.ftpipe("status", "copy").err()).isEmpty();
    assertThat(there.root.resolve("runs.log")).doesNotExist();
  }

  @Test
  void outputThatIsNotPushed_staysHere() throws IOException {
    isDone(here.ftpipe("repro"));
    isDone(here.ftpipe("push"));
    there.write("pipeline.lock", here.read("pipeline.lock"));
    Result pulled = there.ftpipe("pull");
    assertThat(pulled.exitCode()).isEqualTo(1);
    assertThat(pulled.err()).contains("error: stage 'private', private.txt: ", "is neither in");
    assertThat(there.root.resolve("copied.txt")).exists();
  }

  @Test
  void repro_restoresWhatAnotherMachineMade() throws IOException {
    isDone(here.ftpipe("repro", "--push"));
    Result repro = there.ftpipe("repro");
    isDone(repro);
    // The third has an output that is not to be pushed.
    assertThat(repro.err()).contains("make: restored in ", "1 run, 2 restored", "private: done");
    assertThat(there.root.resolve("runs.log")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void metricsThatAreNotCached_areRestoredWithTheirStage(boolean atOnce) throws IOException {
    String pipeline =
        """
        stages:
          train:
            cmd: echo ran >> runs.log; echo m > model; echo '{"loss":1}' > metrics.json
            outs: [model]
            metrics: [{metrics.json: {cache: false}}]
        """;
    here.write("pipeline.yaml", pipeline);
    there.write("pipeline.yaml", pipeline);
    isDone(atOnce ? here.ftpipe("repro", "--push") : here.ftpipe("repro"));
    isDone(atOnce ? here.ftpipe("status", "-c") : here.ftpipe("push"));
    assertThat(there.ftpipe("repro").err()).contains("train: restored in ");
    assertThat(there.root.resolve("runs.log")).doesNotExist();
    assertThat(there.read("metrics.json")).isEqualTo(here.read("metrics.json"));
    isDone(there.ftpipe("verify", "-c"));
  }

  @Test
  void autopush_publishesEveryStage() throws IOException {
    isDone(here.ftpipe("config", "remote.autopush", "true"));
    isDone(here.ftpipe("repro", "copy"));
    assertThat(there.ftpipe("repro", "copy").err()).contains("2 restored");
  }

  @Test
  void repro_withoutItsRemote_goesOnUnlessItHasToPull() throws IOException {
    Files.writeString(folder.resolve("mount"), "a file, where a folder is expected");
    Result repro = here.ftpipe("repro", "--push");
    isDone(repro);
    assertThat(repro.err()).contains("this repro goes on without the remote", "3 run");
  }

  @Test
  void checkout_putsBackWhatTheCacheHas_andKeepsWhatItHasNot() throws IOException {
    isDone(here.ftpipe("repro"));
    Files.delete(here.root.resolve("copied.txt"));
    here.write("made/2", "changed by hand");
    Result checkout = here.ftpipe("checkout");
    assertThat(checkout.exitCode()).isEqualTo(1);
    assertThat(checkout.err()).contains("made: what is there is in no cache; -f overwrites it");
    assertThat(here.root.resolve("copied.txt")).exists();
    isDone(here.ftpipe("checkout", "-f"));
    assertThat(here.root.resolve("made/2")).hasContent("2");
  }

  @Test
  void damagedObjectAtTheRemote_isNamedWithItsStage() throws IOException {
    isDone(here.ftpipe("repro"));
    isDone(here.ftpipe("push"));
    try (Stream<Path> files = Files.walk(folder.resolve("mount/packs"), 1)) {
      for (Path pack : files.filter(file -> file.toString().endsWith(".pack")).toList()) {
        pack.toFile().setWritable(true);
        byte[] bytes = Files.readAllBytes(pack);
        // The first record: 8 bytes that name the format, 40 of its header.
        bytes[48] ^= 1;
        Files.write(pack, bytes);
      }
    }
    there.write("pipeline.lock", here.read("pipeline.lock"));
    Result fetched = there.ftpipe("fetch", "make", "copy");
    assertThat(fetched.exitCode()).isEqualTo(1);
    assertThat(fetched.err()).contains("error: stage 'make', made: ", " is damaged in ");
  }

  @Test
  void json_isOneObject() throws IOException {
    isDone(here.ftpipe("repro"));
    var pushed = here.ftpipe("push", "--json").json();
    assertThat(pushed.path("objects").asInt()).isPositive();
    assertThat(pushed.path("verified")).isEqualTo(pushed.path("objects"));
    assertThat(here.ftpipe("status", "-c", "--json").json().path("missing").asInt()).isZero();
    assertThat(here.ftpipe("remote", "list", "--json").json().at("/remotes/0/name").asText())
        .isEqualTo("shared");
  }

  @Test
  void remotes_areEditedInTheTextOfTheirFile() throws IOException {
    here.write(
        ".ftpipe/config.yaml",
        """
        # who shares what
        remotes:
          origin: # the team's
            url: s3://bucket/prefix
        """);
    isDone(here.ftpipe("remote", "modify", "origin", "endpointurl", "https://minio.example.org"));
    isDone(here.ftpipe("remote", "modify", "origin", "region", "eu-central-1"));
    isDone(here.ftpipe("remote", "add", "-d", "backup", "s3://other"));
    assertThat(here.read(".ftpipe/config.yaml"))
        .contains("# who shares what", "# the team's", "minio.example.org", "eu-central-1");
    assertThat(here.ftpipe("remote", "list").out())
        .isEqualTo("origin\ts3://bucket/prefix\nbackup\ts3://other\t(default)\n");
    isDone(here.ftpipe("remote", "modify", "origin", "-u", "region"));
    isDone(here.ftpipe("remote", "remove", "backup"));
    assertThat(here.read(".ftpipe/config.yaml")).doesNotContain("eu-central", "backup");
  }

  @Test
  void wrongUse_isSaidInWords() throws IOException {
    for (List<String> wrong :
        List.of(
            List.of("remote", "add", "x", "gs://bucket", "no remote can be at 'gs://bucket'"),
            List.of("remote", "add", "shared", "/elsewhere", "there is a remote 'shared' already"),
            List.of("remote", "add", "a.b", "/x", "not a name of a remote"),
            List.of("remote", "modify", "sharde", "url", "/x", "did you mean 'shared'?"),
            List.of("remote", "modify", "shared", "urll", "/x", "did you mean 'url'?"),
            List.of("remote", "modify", "shared", "secret_access_key", "x", "use --local"),
            List.of("remote", "modify", "shared", "jobs", "many", "a whole number above 0"),
            List.of("config", "remote.defalt", "x", "did you mean 'remote.default'?"),
            List.of("push", "-r", "nobody", "there is no remote 'nobody'"),
            List.of("push", "-j", "0", "-j takes a number of at least 1"),
            List.of("verify", "-c", "-j", "0", "-j takes a number of at least 1"),
            List.of("gc", "--cloud", "-f", "-j", "0", "-j takes a number of at least 1"))) {
      Result result = here.ftpipe(wrong.subList(0, wrong.size() - 1).toArray(String[]::new));
      assertThat(result.exitCode()).as(wrong.toString()).isEqualTo(2);
      assertThat(result.err()).contains(wrong.get(wrong.size() - 1));
    }
    isDone(here.ftpipe("remote", "remove", "shared"));
    assertThat(here.ftpipe("push").err()).contains("there is no remote; add one with");
  }
}
