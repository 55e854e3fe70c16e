package dev.ftpipe.run;

import static dev.ftpipe.run.StageOutcome.Result.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repro that did not come to its end leaves for the next command. */
final class JournalTest {
  private static final Artifact A = new Artifact(Artifact.Kind.FILE, Digest.of("a"), 1);
  private static final Artifact B = new Artifact(Artifact.Kind.FILE, Digest.of("b"), 1);

  @TempDir Path folder;

  private Path lock() {
    return folder.resolve("pipeline.lock");
  }

  private Path journal() {
    return folder.resolve("journal");
  }

  private Ledger open() throws IOException {
    return Ledger.open(lock(), journal());
  }

  private static LockFile.Entry entry(String command, Artifact output) {
    Ingredients ingredients =
        StageKey.of(Stages.shell("s", command).dep("in").out("o").build(), Map.of("in", A));
    return new LockFile.Entry(ingredients.key(), ingredients, Map.of("o", output));
  }

  /** As if killed after two stages; the lock file knows an older result of the first. */
  private void crash() throws IOException {
    Ledger before = open();
    before.record("one", entry("old", A), Map.of("in", A));
    before.record("gone", entry("gone", A), Map.of());
    before.write(Set.of("in"), Set.of("one", "gone"));
    Ledger killed = open();
    killed.record("one", entry("new\nline", B), Map.of("in", B));
    killed.record("two", entry("two", B), Map.of());
    killed.forget("gone");
    killed.close();
  }

  @Test
  void open_afterACrash_knowsWhatWasFinishedAndWritesNothing() throws IOException {
    crash();
    byte[] bytes = Files.readAllBytes(lock());
    Ledger ledger = open();
    assertThat(ledger.stage("one")).contains(entry("new\nline", B));
    assertThat(ledger.stage("two")).contains(entry("two", B));
    assertThat(ledger.stage("gone")).isEmpty();
    assertThat(ledger.snapshot().sources()).isEqualTo(Map.of("in", B));
    assertThat(Files.readAllBytes(lock())).isEqualTo(bytes);
  }

  @Test
  void write_afterACrash_putsItIntoTheLockFileAndEndsTheJournal() throws IOException {
    crash();
    LockFile known = open().snapshot();
    open().write(Set.of("in"), Set.of("one", "two"));
    assertThat(journal()).doesNotExist();
    assertThat(LockFile.read(lock())).isEqualTo(known);
    byte[] text = LockWriter.text(known);
    assertThat(Files.readAllBytes(lock())).isEqualTo(text);
  }

  @Test
  void record_afterACrash_losesNothingOfTheEarlierJournal() throws IOException {
    crash();
    Ledger next = open();
    next.record("three", entry("three", A), Map.of());
    next.close();
    assertThat(open().snapshot().stages().keySet()).containsExactly("one", "three", "two");
    assertThat(LockFile.read(lock()).stages().keySet()).containsExactly("one", "two");
  }

  @Test
  void open_whenTheLastLineIsTorn_ignoresItAndGoesOn() throws IOException {
    crash();
    byte[] whole = Files.readAllBytes(journal());
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(journal(), Arrays.copyOf(whole, length));
      Optional<LockFile.Entry> one = open().stage("one");
      assertThat(one.orElseThrow()).isIn(entry("old", A), entry("new\nline", B));
      assertThat(open().stage("two")).isIn(Optional.empty(), Optional.of(entry("two", B)));
    }
  }

  @Test
  void open_whenALineIsDamaged_trustsNothingFromThereOn() throws IOException {
    crash();
    String text = Files.readString(journal());
    Files.writeString(journal(), text.replace("\"stage\":\"one\"", "\"stage\":\"two\""));
    assertThat(open().stage("one")).contains(entry("old", A));
    assertThat(open().stage("two")).isEmpty();
  }

  @Test
  void open_whenTheLockFileIsAnother_ignoresTheJournal() throws IOException {
    crash();
    LockFile other =
        new LockFile(Map.of(), Map.of(), Map.of("one", entry("from another branch", A)));
    Files.write(lock(), LockWriter.text(other));
    assertThat(open().snapshot()).isEqualTo(other);
    Files.delete(lock());
    assertThat(open().snapshot()).isEqualTo(LockFile.EMPTY);
  }

  @Test
  void open_whenTheJournalIsSomethingElse_ignoresIt() throws IOException {
    crash();
    Files.writeString(journal(), "garbage\n", StandardCharsets.UTF_8, StandardOpenOption.WRITE);
    assertThat(open().stage("one")).contains(entry("old", A));
  }

  @Test
  void repro_afterACrash_runsNothingThatWasFinished() throws IOException {
    Workbench bench = new Workbench(folder.resolve("p")).write("in", "1\n");
    bench.stages(
        Stages.shell("one", "cat in > o").dep("in").out("o"),
        Stages.shell("two", "echo x >> tries").dep("o"));
    bench.repro();
    Project project = bench.open();
    LockFile all = project.lock();
    Path state = bench.root.resolve(".ftpipe/state/journal");
    Files.delete(bench.root.resolve("pipeline.lock"));
    try (Journal left = new Journal(state)) {
      left.begin(new byte[0]);
      for (var stage : all.stages().entrySet()) {
        left.add(new LockReader.Line(stage.getKey(), Optional.of(stage.getValue()), all.sources()));
      }
    }
    bench.reproGives(UNCHANGED);
    assertThat(bench.read("tries")).isEqualTo("x\n");
    assertThat(LockFile.read(bench.root.resolve("pipeline.lock"))).isEqualTo(all);
  }
}
