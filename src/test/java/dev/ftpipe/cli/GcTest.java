package dev.ftpipe.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.git.GitSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gc} drops from the cache, and what it keeps. */
final class GcTest {
  @TempDir private Path folder;
  private CommandLines project;

  @BeforeEach
  void project() throws IOException {
    project = new CommandLines(folder);
  }

  /** Runs a pipeline whose outputs, a folder and a large file, say {@code word}. */
  private void make(String word) throws IOException {
    project.write("pipeline.yaml", ManyAndLarge.pipeline(word));
    isDone(project.ftpipe("repro"));
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private boolean isRestorable(String word) throws IOException {
    for (String each : List.of("many", "large")) {
      delete(folder.resolve(each));
    }
    Result checkout = project.ftpipe("checkout", "-f");
    return checkout.exitCode() == 0
        && project.read("many/2").equals(word + " 2\n")
        && project.read("large").endsWith("L" + word + "\n");
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(each);
      }
    }
  }

  @Test
  void unreferencedResult_isNamedAndDropped_theOthersStay() throws Exception {
    make("old");
    make("new");
    Result listed = project.ftpipe("gc", "-w", "--dry-run");
    isDone(listed);
    assertThat(listed.err())
        .contains("result ", "large", "many", "To drop from the cache: 2 results, ", "work tree");
    assertThat(project.ftpipe("gc", "-w", "--dry-run").err()).isEqualTo(listed.err());

    Result dropped = project.ftpipe("gc", "-w", "-f");
    isDone(dropped);
    assertThat(dropped.err()).contains("Dropped from the cache: 2 results, ");
    assertThat(isRestorable("new")).isTrue();
    assertThat(project.ftpipe("verify").exitCode()).isZero();
    assertThat(project.ftpipe("gc", "-w", "-f").err()).startsWith("Nothing to drop");
    assertThat(bytesOf(".ftpipe/cache")).as("the bytes are gone").doesNotContain("old 2");
  }

  @Test
  void leftoversOfKilledDownloads_go_exceptWhatTheNextPullGoesOnWith() throws Exception {
    make("new");
    Path cache = folder.resolve(".ftpipe/cache");
    Path incoming = Files.createDirectories(cache.resolve("incoming"));
    String needed;
    try (Stream<Path> blobs = Files.walk(cache.resolve("cas"))) {
      Path large = blobs.filter(Files::isRegularFile).findFirst().orElseThrow();
      needed = requireNonNull(large.getParent()).getFileName() + large.getFileName().toString();
      Files.delete(large);
    }
    String unknown = "ab".repeat(32);
    for (String each : List.of(needed, unknown, needed + "-" + unknown.substring(0, 36))) {
      Files.writeString(incoming.resolve(each), "some bytes");
      Files.writeString(incoming.resolve(each + ".pieces"), "x");
    }
    Path temporary = Files.createDirectories(cache.resolve("tmp"));
    Files.writeString(temporary.resolve("dead.lock"), "");
    Files.writeString(temporary.resolve("dead-0.tmp"), "some bytes");
    isDone(project.ftpipe("gc", "-f"));
    assertThat(incoming).isDirectoryContaining("glob:**/" + needed);
    try (Stream<Path> files = Files.list(incoming)) {
      assertThat(files).hasSize(2);
    }
    assertThat(temporary).isEmptyDirectory();
  }

  private String bytesOf(String path) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder.resolve(path))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        text.append(
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  @Test
  void branchesTagsAndRevisions_keepWhatTheyReferTo() throws Exception {
    GitSandbox git = GitSandbox.init(folder);
    commit(git, "tagged");
    git.git("tag", "v1");
    commit(git, "between");
    commit(git, "tip");
    git.git("checkout", "-q", "-b", "side");
    commit(git, "side");

    isDone(project.ftpipe("gc", "-a", "-T", "-f"));
    assertThat(isRestorable("side")).isTrue();
    git.git("checkout", "-q", "main");
    assertThat(isRestorable("tip")).isTrue();
    git.git("checkout", "-q", "v1");
    assertThat(isRestorable("tagged")).isTrue();
    git.git("checkout", "-q", "main~1");
    assertThat(isRestorable("between")).isFalse();

    git.git("checkout", "-q", "side");
    isDone(project.ftpipe("gc", "--rev", "v1", "-f"));
    assertThat(isRestorable("side")).isTrue();
    git.git("checkout", "-q", "v1");
    assertThat(isRestorable("tagged")).isTrue();
    git.git("checkout", "-q", "main");
    assertThat(isRestorable("tip")).isFalse();
  }

  private void commit(GitSandbox git, String word) throws Exception {
    make(word);
    git.write(".gitignore", "many\nlarge\n.ftpipe\n").commit(word);
  }

  @Test
  void withoutOptions_runsAreKept_andRemovingThemFrees() throws Exception {
    make("old");
    make("new");
    assertThat(project.ftpipe("gc", "-f").err()).contains("Nothing to drop", "2 runs");
    isDone(project.ftpipe("runs", "rm", "-2"));
    assertThat(project.ftpipe("gc", "-f").err()).contains("2 results");
    assertThat(isRestorable("new")).isTrue();
  }

  @Test
  void withoutAPersonToAsk_nothingIsDropped() throws Exception {
    make("old");
    make("new");
    Result asked = project.ftpipe("gc", "-w");
    assertThat(asked.exitCode()).isEqualTo(2);
    assertThat(asked.err()).contains("nothing was dropped", "-f");
    assertThat(project.ftpipe("gc", "-w", "--dry-run").err()).contains("2 results");
  }

  @Test
  void grace_keepsWhatIsYoung() throws Exception {
    make("old");
    make("new");
    assertThat(project.ftpipe("gc", "-w", "-f", "--grace", "1h").err()).startsWith("Nothing");
    try (Stream<Path> files = Files.walk(folder.resolve(".ftpipe/cache"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
      }
    }
    assertThat(project.ftpipe("gc", "-w", "-f", "--grace", "1h").err()).contains("2 results");
    Result wrong = project.ftpipe("gc", "--grace", "soon");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("--grace takes a time such as 14d");
  }

  @Test
  void lockFileThatCannotBeRead_dropsNothing() throws Exception {
    GitSandbox git = GitSandbox.init(folder);
    make("old");
    project.write("pipeline.lock", "{\"format\": 99}");
    git.commit("newer");
    delete(folder.resolve("pipeline.lock"));
    make("new");
    Result refused = project.ftpipe("gc", "-a", "-f");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("at revision main", "format 99", "nothing was dropped");
  }

  @Test
  void otherProject_thatSharesTheCache_keepsItsOwn() throws Exception {
    CommandLines one = new CommandLines(folder.resolve("one"));
    CommandLines two = new CommandLines(folder.resolve("two"));
    for (CommandLines each : List.of(one, two)) {
      each.write(".ftpipe/config.yaml", "cache: {dir: ../../shared}\n");
      each.write(
          "pipeline.yaml",
          "stages: {s: {cmd: \"echo " + each.root.getFileName() + " > out\", outs: [out]}}\n");
      isDone(each.ftpipe("repro"));
    }
    Result warned = one.ftpipe("gc", "-w", "--dry-run");
    assertThat(warned.err()).contains("1 result", "note: ", "-p names");
    assertThat(one.ftpipe("gc", "-w", "-f", "-p", two.root.toString()).err())
        .contains("Nothing to drop", "project ");
  }

  @Test
  void json_isOneObject() throws Exception {
    make("old");
    make("new");
    JsonNode planned = project.ftpipe("gc", "-w", "--dry-run", "--json").json();
    assertThat(planned.path("dry_run").asBoolean()).isTrue();
    assertThat(planned.at("/places/0/results/0/outputs/0").asText()).isIn("many", "large");
    JsonNode done = project.ftpipe("gc", "-w", "-f", "--json").json();
    assertThat(done.at("/places/0/objects")).isEqualTo(planned.at("/places/0/objects"));
    assertThat(done.at("/places/0/objects").asInt()).isGreaterThanOrEqualTo(5);
  }
}
