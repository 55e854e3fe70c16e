package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the lock of a workspace remembers of a holder that was killed. */
final class WorkspaceLockTest {
  @TempDir private Path folder;

  private boolean isAbandoned(boolean settle) throws IOException {
    try (WorkspaceLock lock = WorkspaceLock.take(folder.resolve("lock"))) {
      boolean abandoned = lock.abandoned();
      if (settle) {
        lock.settle();
      }
      return abandoned;
    }
  }

  @Test
  void markOfAKilledHolder_staysUntilItIsSettled() throws IOException {
    assertThat(isAbandoned(false)).isFalse();
    assertThat(isAbandoned(false)).isFalse();
    Files.writeString(folder.resolve("lock"), "12345\n");
    assertThat(isAbandoned(false)).isTrue();
    assertThat(isAbandoned(true)).isTrue();
    assertThat(isAbandoned(false)).isFalse();
  }

  @Test
  void checkout_endsWhatAKilledReproLeft() throws Exception {
    Workbench bench = new Workbench(folder);
    bench.open().folders().prepare();
    Files.writeString(folder.resolve(".ftpipe/state/lock"), "12345\n");
    ProcessBuilder builder = new ProcessBuilder("/bin/sleep", "30");
    Orphans.mark(builder, folder);
    Process orphan = builder.start();
    try {
      new Checkout(bench.open(), false).run(java.util.List.of());
      assertThat(Files.size(folder.resolve(".ftpipe/state/lock"))).isZero();
      if (Files.exists(Path.of("/proc/self/environ"))) {
        assertThat(orphan.waitFor(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      orphan.destroyForcibly();
    }
  }
}
