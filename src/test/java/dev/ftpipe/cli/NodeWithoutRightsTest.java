package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose machine has no credentials for the remote, which whoever launches has. */
final class NodeWithoutRightsTest {
  @TempDir private Path folder;
  private Amazon amazon;
  private CommandLines here;

  @BeforeEach
  void project() throws IOException {
    amazon = Amazon.start(folder.resolve("machines"));
    System.setProperty("aws.accessKeyId", S3Server.KEYS.id());
    System.setProperty("aws.secretAccessKey", S3Server.KEYS.secret());
    here = new CommandLines(folder.resolve("here")).write("pipeline.yaml", "stages: {}\n");
    amazon.addRemote(here);
    // The keys are not the remote's for all: a process that is started here knows none.
    here.write(".ftpipe/config.local.yaml", "{}\n");
  }

  @AfterEach
  void end() {
    amazon.close();
  }

  @Test
  @Tag("slow")
  void logs_tellWhatTheNodeSaidLast() throws Exception {
    Result launched = here.ftpipe("launch", "--on", "local", "-y", "-d", "--", "true");
    ProviderContract.isDone(launched);
    String id = launched.out().strip();

    ProviderContract.await(Duration.ofSeconds(60), () -> here.ftpipe("logs", id).exitCode() == 3);

    Result log = here.ftpipe("logs", id);
    assertThat(log.err())
        .contains("its node told of no end; it said last:")
        .containsPattern("(?i)credentials")
        .contains("ftpipe remote modify --local");
  }
}
