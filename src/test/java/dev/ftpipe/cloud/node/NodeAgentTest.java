package dev.ftpipe.cloud.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunSpec;
import dev.ftpipe.cloud.RunSpecs;
import dev.ftpipe.cloud.RunState;
import dev.ftpipe.cloud.Snapshot;
import dev.ftpipe.cloud.SnapshotIndex;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.local.LocalStore;
import dev.ftpipe.store.remote.Remote;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose store is away for a while. */
final class NodeAgentTest {
  @TempDir private Path folder;
  private final AtomicBoolean isAway = new AtomicBoolean();
  private final AtomicInteger refused = new AtomicInteger();
  private final Semaphore answers = new Semaphore(1);

  /** A store that refuses while it is away, and says nothing while its answers are held back. */
  private ObjectStore store() {
    ObjectStore there = FolderObjectStore.open(folder.resolve("mount"));
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              if (isAway.get() && !method.getName().equals("close")) {
                refused.incrementAndGet();
                throw FtpipeException.environment("no network", null);
              }
              answers.acquire();
              try {
                return method.invoke(there, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                answers.release();
              }
            });
  }

  private RunSpec submitted(CloudRuns runs, Remote remote, Store store, String command)
      throws Exception {
    Path files = Files.createDirectory(folder.resolve("workspace"));
    Files.writeString(files.resolve("a"), "workspace");
    SnapshotIndex index = SnapshotIndex.read(files.resolve("none"));
    Snapshot sent = Snapshot.take(store.content(), files, List.of("a"), index, false);
    remote.push(store, sent.plan());
    RunSpec spec = RunSpecs.of(sent, command);
    assertThat(runs.submit(spec)).isTrue();
    return spec;
  }

  @Test
  @Timeout(60)
  void aRunGoesOn_whileItsStoreIsNotReached_andTellsOfItselfLater() throws Exception {
    Store store = LocalStore.open(folder.resolve("cache"), note -> {});
    try (Remote remote =
        new Remote(store(), Compression.AUTO, folder.resolve("state"), 2, note -> {})) {
      CloudRuns runs = new CloudRuns(remote.objects());
      String command = "echo begun; until [ -f go ]; do sleep 0.1; done; echo through";
      String id = submitted(runs, remote, store, command).id();
      Path work = folder.resolve("node/work");
      NodeAgent agent = new NodeAgent(id, work, runs, remote, store, "host");
      CompletableFuture<Integer> code = begun(agent);
      while (!log(runs, id).contains("begun")) {
        Thread.sleep(20);
      }

      isAway.set(true);
      awaitRefusals(1);
      Files.writeString(work.resolve("go"), "");
      awaitRefusals(2);
      isAway.set(false);

      assertThat(code.get()).isZero();
      assertThat(runs.state(id).map(RunState::phase)).contains(RunState.Phase.DONE);
      assertThat(log(runs, id))
          .contains("the store is not reached, and the run goes on: no network")
          .containsSubsequence("begun", "through", "done, exit code 0");
    }
    store.content().release();
  }

  @Test
  @Timeout(60)
  void aNoticeReachesTheCommand_whileTheStoreSaysNothing() throws Exception {
    Store store = LocalStore.open(folder.resolve("cache"), note -> {});
    try (Remote remote =
        new Remote(store(), Compression.AUTO, folder.resolve("state"), 2, note -> {})) {
      CloudRuns runs = new CloudRuns(remote.objects());
      String command = "trap 'touch left; exit 0' TERM; touch begun; while :; do sleep 0.1; done";
      String id = submitted(runs, remote, store, command).id();
      Path work = folder.resolve("node/work");
      NodeAgent agent = new NodeAgent(id, work, runs, remote, store, "host");
      CompletableFuture<Integer> code = begun(agent);
      await(work.resolve("begun"));
      answers.acquire();
      while (!answers.hasQueuedThreads()) {
        Thread.sleep(20);
      }

      agent.leave("the machine was taken away");

      await(work.resolve("left"));
      assertThat(code).isNotDone();
      answers.release();
      assertThat(code.get()).isEqualTo(143);
      assertThat(runs.state(id).map(RunState::phase)).contains(RunState.Phase.PREEMPTED);
    }
    store.content().release();
  }

  private static CompletableFuture<Integer> begun(NodeAgent agent) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return agent.run(Map.of(), Map.of());
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static void await(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      Thread.sleep(20);
    }
  }

  private void awaitRefusals(int atLeast) throws InterruptedException {
    while (refused.get() < atLeast) {
      Thread.sleep(20);
    }
  }

  private static String log(CloudRuns runs, String id) throws Exception {
    StringBuilder text = new StringBuilder();
    for (byte[] piece : runs.logFrom(id, 0)) {
      text.append(new String(piece, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
