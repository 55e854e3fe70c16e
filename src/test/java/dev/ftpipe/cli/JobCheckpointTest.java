package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage that is a job of its own finds what an attempt on another machine has left. */
@Tag("slow")
final class JobCheckpointTest {
  @TempDir private Path folder;

  @Test
  void aJobGoesOnFromTheCheckpointOfARunElsewhere() throws Exception {
    SmallTraining training = new SmallTraining(folder, SharedRemote.of(folder.resolve("mount")));
    CommandLines here = training.project("here", 16);
    Result launched =
        here.ftpipe("launch", "--on", "local", "-y", "-d", "--", "ftpipe repro --pull");
    String id = launched.out().strip();
    ProviderContract.await(Duration.ofMinutes(2), training::hasCheckpoint);
    assertThat(here.ftpipe("cancel", id).exitCode()).isZero();
    assertThat(here.ftpipe("logs", "-f", id).out()).contains("cancelled");

    CommandLines there = training.project("there", 16);
    Result result = there.ftpipe("repro", "--on", "local", "--all-stages");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("1 stage went").contains("going on from the checkpoint");
    assertThat(SmallTraining.made(there)).isEqualTo(training.undisturbed()).isNotEmpty();
    try (Stream<Path> left = Files.walk(folder.resolve("mount/checkpoints"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
