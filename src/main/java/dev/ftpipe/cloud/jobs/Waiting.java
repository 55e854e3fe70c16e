package dev.ftpipe.cloud.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.store.ContentStore.Blob;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A task that somebody waits for.
 *
 * @param files and {@code trees}: what it reads
 * @param givenUp whether nobody wants it any more if it has not begun
 * @param since by {@link System#nanoTime}
 */
record Waiting(
    JsonNode task,
    NodeSpec spec,
    List<Blob> files,
    List<Blob> trees,
    Consumer<String> log,
    BooleanSupplier givenUp,
    CompletableFuture<TaskResult> result,
    long since) {}
