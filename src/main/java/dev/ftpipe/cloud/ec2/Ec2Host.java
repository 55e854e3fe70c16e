package dev.ftpipe.cloud.ec2;

import dev.ftpipe.cloud.NodeHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A machine of EC2, from inside. */
final class Ec2Host implements NodeHost {
  /** Variable of a machine that has a part of a batch. */
  static final String PART = "FTPIPE_NODE_PART";

  /** EC2 gives two minutes; a checkpoint has to be in the store within twenty seconds. */
  private static final long PULSE_MILLIS = 2000;

  @Override
  public Map<String, String> secrets(String run) {
    try (Account account = Account.of(Map.of())) {
      return new Secrets(account.ssm()).read(new RunName(run));
    }
  }

  @Override
  public void watch(Path folder, Consumer<String> leave) {
    Imds imds = Imds.here(System.getenv());
    Path heart = folder.resolve("heart");
    Thread pulse =
        new Thread(
            () -> {
              while (true) {
                beat(heart);
                notice(imds).ifPresent(leave);
                Pause.millis(PULSE_MILLIS);
              }
            },
            "machine");
    pulse.setDaemon(true);
    pulse.start();
  }

  /** A sign of life for the machine's dead man's switch. */
  private static void beat(Path heart) {
    try {
      Files.setLastModifiedTime(heart, FileTime.from(Instant.now()));
    } catch (NoSuchFileException e) {
      // Not started by a machine's own script: nobody looks.
      return;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Silence of the metadata service is no notice: it is asked again with the next pulse. */
  private static Optional<String> notice(Imds imds) {
    try {
      return imds.notice();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void finished(String run) {
    RunName name = new RunName(run);
    String part = System.getenv(PART);
    try (Account account = Account.of(Map.of())) {
      if (part != null) {
        // Other machines of the batch may still need what they share.
        new Fleets(account.ec2()).endPart(name, part);
        return;
      }
      Secrets secrets = new Secrets(account.ssm());
      secrets.remove(
          secrets.read(name).keySet().stream().map(each -> name.secrets() + each).toList());
      new Fleets(account.ec2()).end(name, false);
    }
  }
}
