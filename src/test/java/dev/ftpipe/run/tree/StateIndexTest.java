package dev.ftpipe.run.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateIndexTest {
  private static final Digest A = Digest.of("a");
  private static final FileStat OLD =
      new FileStat(7, TimeUnit.DAYS.toNanos(10_000) + 1, 5, FileStat.Kind.FILE);

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  private StateIndex load() throws IOException {
    return StateIndex.load(folder.resolve("index"), notes::add);
  }

  @Test
  void find_afterSaveAndLoad_givesTheDigest() throws IOException {
    StateIndex index = load();
    index.put("a b/c", OLD, A, FileStat.now());
    index.save();
    assertThat(load().find("a b/c", OLD)).contains(A);
    assertThat(load().find("a b", OLD)).isEmpty();
    assertThat(notes).isEmpty();
  }

  @Test
  void find_whenInodeTimeOrSizeDiffer_isAMiss() throws IOException {
    StateIndex index = load();
    index.put("a", OLD, A, FileStat.now());
    assertThat(index.find("a", new FileStat(8, OLD.modified(), 5, FileStat.Kind.FILE))).isEmpty();
    assertThat(index.find("a", new FileStat(7, OLD.modified() + 1, 5, FileStat.Kind.FILE)))
        .isEmpty();
    assertThat(index.find("a", new FileStat(7, OLD.modified(), 6, FileStat.Kind.FILE))).isEmpty();
    assertThat(index.find("a", new FileStat(7, OLD.modified(), 5, FileStat.Kind.EXECUTABLE)))
        .contains(A);
  }

  @Test
  void put_whenTheFileCouldChangeUnnoticed_isNotTrusted() throws IOException {
    StateIndex index = load();
    long now = FileStat.now();
    FileStat young =
        new FileStat(7, now - TimeUnit.MILLISECONDS.toNanos(1) | 1, 5, FileStat.Kind.FILE);
    index.put("young", young, A, now);
    assertThat(index.find("young", young)).isEmpty();
    FileStat future = new FileStat(7, now + TimeUnit.HOURS.toNanos(1), 5, FileStat.Kind.FILE);
    index.put("future", future, A, now);
    assertThat(index.find("future", future)).isEmpty();
    long second = TimeUnit.SECONDS.toNanos(1);
    FileStat coarse = new FileStat(7, (now / second - 1) * second, 5, FileStat.Kind.FILE);
    index.put("coarse", coarse, A, now);
    assertThat(index.find("coarse", coarse)).isEmpty();
  }

  @Test
  void load_whenTorn_startsAnew() throws IOException {
    StateIndex index = load();
    for (int i = 0; i < 50; i++) {
      index.put("file" + i, OLD, Digest.of("" + i), FileStat.now());
    }
    index.save();
    byte[] whole = Files.readAllBytes(folder.resolve("index"));
    Random random = new Random(1);
    for (int round = 0; round < 50; round++) {
      byte[] torn = java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
      if (round % 2 == 0) {
        torn = whole.clone();
        torn[random.nextInt(torn.length)] ^= 4;
      }
      Files.write(folder.resolve("index"), torn);
      assertThat(load().find("file1", OLD)).isEmpty();
    }
    assertThat(notes).hasSize(50);
    StateIndex anew = load();
    anew.put("b", OLD, A, FileStat.now());
    anew.save();
    notes.clear();
    assertThat(load().find("b", OLD)).contains(A);
    assertThat(notes).isEmpty();
  }
}
