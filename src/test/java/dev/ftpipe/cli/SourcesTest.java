package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.git.GitSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that was added: known by its digest, in place when a stage has to read it. */
final class SourcesTest {
  private static final String PIPELINE =
      """
      stages:
        copy:
          cmd: cat data/raw.txt > copied.txt
          deps: [data/raw.txt]
          outs: [copied.txt]
        join:
          cmd: cat data/set/* > joined.txt
          deps: [data/set]
          outs: [joined.txt]
      """;

  @TempDir private Path folder;
  private CommandLines project;
  private Path outside;

  @BeforeEach
  void project() throws IOException {
    project = new CommandLines(folder.resolve("here"));
    project.write("pipeline.yaml", PIPELINE);
    project.write("data/raw.txt", "raw\n").write("data/set/a", "a\n").write("data/set/b", "b\n");
    outside = folder.resolve("outside.txt");
    Files.writeString(outside, "from elsewhere\n");
  }

  private Result done(String... arguments) {
    Result result = project.ftpipe(arguments);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result;
  }

  private Result refused(int exitCode, String words, String... arguments) {
    Result result = project.ftpipe(arguments);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.err()).contains(words);
    return result;
  }

  private String from() {
    return outside.toUri().toString();
  }

  @Test
  void add_keepsTheBytes_andReproPutsThemBack() throws Exception {
    GitSandbox.init(project.root);
    assertThat(done("add", "data/raw.txt", "data/set/").out())
        .isEqualTo("data/raw.txt: added (4 bytes)\ndata/set: added (4 bytes)\n");
    assertThat(project.read("data/.gitignore")).isEqualTo("/raw.txt\n/set\n");
    assertThat(done("add", "data/raw.txt").out()).contains("unchanged");
    done("repro");
    AtomicFiles.deleteTree(project.root.resolve("data"));
    // Nothing has to be read: nothing is put in place.
    assertThat(done("status", "--exit-code").out()).contains("up to date: 2 stages");
    assertThat(done("repro").err()).contains("Nothing to do");
    assertThat(project.root.resolve("data")).doesNotExist();
    assertThat(done("repro", "-f").err()).contains("2 run");
    assertThat(project.read("data/set/b")).isEqualTo("b\n");
    AtomicFiles.deleteTree(project.root.resolve("data"));
    assertThat(done("checkout", "data").out()).isEqualTo("data/raw.txt\ndata/set\n");
  }

  @Test
  void filesOfAFolder_arePutInPlaceBeforeItIsLookedAt() throws IOException {
    done("add", "data/set/a", "data/set/b", "data/raw.txt");
    done("repro");
    AtomicFiles.deleteTree(project.root.resolve("data"));
    assertThat(done("repro").err()).contains("Nothing to do");
    assertThat(project.root.resolve("data/set/a")).exists();
  }

  @Test
  void pushAndPull_takeSourcesAlong() throws IOException {
    done("remote", "add", "-d", "shared", folder.resolve("mount").toString());
    done("add", "data/raw.txt", "data/set");
    done("push");
    CommandLines there = new CommandLines(folder.resolve("there"));
    for (String each : new String[] {"pipeline.yaml", "pipeline.lock", ".ftpipe/config.yaml"}) {
      there.write(each, project.read(each));
    }
    assertThat(there.ftpipe("repro").err()).contains("2 run");
    assertThat(there.read("copied.txt")).isEqualTo("raw\n");
    AtomicFiles.deleteTree(there.root.resolve("data"));
    AtomicFiles.deleteTree(there.root.resolve(".ftpipe/cache"));
    Result pulled = there.ftpipe("pull", "data/set");
    assertThat(pulled.exitCode()).as(pulled.err()).isZero();
    assertThat(there.read("data/set/a")).isEqualTo("a\n");
    assertThat(there.root.resolve("data/raw.txt")).doesNotExist();
  }

  @Test
  void sourceFromElsewhere_isFetchedAgainWhenItIsNeeded() throws IOException {
    Files.delete(project.root.resolve("data/raw.txt"));
    assertThat(done("add", "data/raw.txt", "--from", from()).out())
        .isEqualTo("data/raw.txt: added (15 bytes from " + from() + ")\n");
    done("repro", "copy");
    AtomicFiles.deleteTree(project.root.resolve(".ftpipe"));
    Files.delete(project.root.resolve("data/raw.txt"));
    Files.delete(project.root.resolve("copied.txt"));
    done("repro", "copy");
    assertThat(project.read("copied.txt")).isEqualTo("from elsewhere\n");

    AtomicFiles.deleteTree(project.root.resolve(".ftpipe"));
    Files.delete(project.root.resolve("data/raw.txt"));
    Files.delete(project.root.resolve("copied.txt"));
    Files.writeString(outside, "other\n");
    refused(3, "source data/raw.txt has changed at " + from(), "repro", "copy");
    Files.delete(outside);
    refused(3, "there is nothing at " + outside, "repro", "copy");
  }

  @Test
  void update_takesWhatHasChanged() throws IOException {
    Files.delete(project.root.resolve("data/raw.txt"));
    done("add", "data/raw.txt", "--from", from());
    assertThat(done("add", "--update").out()).contains("data/raw.txt: unchanged");
    Files.writeString(outside, "other\n");
    assertThat(done("add", "--update", "data/raw.txt").out()).contains("data/raw.txt: changed");
    assertThat(project.read("data/raw.txt")).isEqualTo("other\n");
  }

  @Test
  void changedSource_isTaken_unlessItIsPinned() throws IOException {
    done("add", "data/raw.txt");
    done("repro", "copy");
    project.write("data/raw.txt", "edited\n");
    assertThat(done("repro", "copy").err()).contains("source data/raw.txt has changed");
    Files.delete(project.root.resolve("data/raw.txt"));
    done("checkout", "data/raw.txt");
    assertThat(project.read("data/raw.txt")).isEqualTo("edited\n");

    done("add", "-f", "data/raw.txt", "--from", from());
    project.write("data/raw.txt", "edited again\n");
    refused(1, "data/raw.txt is not what was added from " + from(), "repro", "copy");
    refused(1, "is in no cache; -f overwrites it", "checkout", "data/raw.txt");
    done("checkout", "-f", "data/raw.txt");
    assertThat(project.read("data/raw.txt")).isEqualTo("from elsewhere\n");
    project.write("data/raw.txt", "edited again\n");
    done("add", "data/raw.txt");
    done("repro", "copy");
  }

  @Test
  void remove_forgets() throws IOException {
    done("add", "data/raw.txt");
    assertThat(done("add", "--remove", "data/raw.txt").out()).contains("data/raw.txt: removed");
    assertThat(project.read("pipeline.lock")).doesNotContain("added");
    assertThat(project.root.resolve("data/raw.txt")).exists();
  }

  @Test
  void checksum_isDemanded() throws IOException {
    Files.delete(project.root.resolve("data/raw.txt"));
    refused(
        3, "it was not added", "add", "data/raw.txt", "--from", from(), "--sha256", "0".repeat(64));
    assertThat(project.root.resolve("data/raw.txt")).doesNotExist();
    String digest = dev.ftpipe.base.Digest.ofFile(outside).hex();
    done("add", "data/raw.txt", "--from", from(), "--sha256", digest);
  }

  @Test
  void wrongUse_isSaidInWords() {
    refused(2, "copied.txt cannot be added: stage 'copy' writes it", "add", "copied.txt");
    refused(2, "there is nothing at data/none", "add", "data/none");
    refused(2, "is not in the project folder", "add", outside.toString());
    refused(2, "is no data", "add", "pipeline.yaml");
    refused(2, "that is in no cache; -f overwrites it", "add", "data/raw.txt", "--from", from());
    refused(2, "--from goes with one PATH", "add", "a", "b", "--from", from());
    refused(2, "name what is to be added", "add");
    refused(2, "'gs:' is not known", "add", "x", "--from", "gs://bucket/x");
    refused(2, "data/raw.txt was not added", "add", "--remove", "data/raw.txt");
    done("add", "data/set");
    refused(2, "one lies in the other", "add", "data/set/a");
    refused(2, "one lies in the other", "add", "data");
  }

  @Test
  void json_isOneObject() throws IOException {
    var json = done("add", "data/raw.txt", "--json").json();
    assertThat(json.at("/sources/0/action").asText()).isEqualTo("added");
    assertThat(json.at("/sources/0/size").asInt()).isEqualTo(4);
  }
}
