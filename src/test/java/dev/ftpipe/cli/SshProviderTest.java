package dev.ftpipe.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The provider {@code ssh}, with an SSH server in this process and an ftpipe that is there. */
final class SshProviderTest extends ProviderContract {
  private final SshServer server = SshServer.setUpDefaultServer();
  private @Nullable SshKeys made;

  @Override
  String profile() throws IOException {
    Assumptions.assumeTrue(Programs.has("ssh"), "no ssh: install an OpenSSH client");
    if (!server.isStarted()) {
      start();
    }
    String profile = keys().profile(server.getPort(), folder.resolve("host"));
    return profile.replaceFirst("}$", ", program: '" + installed() + "'}");
  }

  private SshKeys keys() {
    return requireNonNull(made);
  }

  private void start() throws IOException {
    SshKeys keys;
    try {
      keys = SshKeys.make(folder.resolve("keys"));
      made = keys;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    server.setHost("127.0.0.1");
    server.setKeyPairProvider(KeyPairProvider.wrap(keys.host()));
    server.setPublickeyAuthenticator(
        (user, key, session) -> KeyUtils.compareKeys(key, keys.user().getPublic()));
    server.setCommandFactory(
        (channel, command) ->
            new ProcessShellFactory(command, "sh", "-c", command).createShell(channel));
    server.start();
    keys.know(server.getPort());
  }

  @Override
  String sent(String id) throws IOException {
    return SecretCanaries.textBelow(folder.resolve("host/nodes").resolve(id));
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(true);
  }

  // A training that goes on over there is the node's, as in LocalProviderTest; that a host starts a
  // node again is shown below with less.
  @Override
  @Test
  @Tag("slow")
  void aTrainingThatIsKilledComesToTheSameBytesAsOneHere() throws Exception {
    super.aTrainingThatIsKilledComesToTheSameBytesAsOneHere();
  }

  @Override
  @Test
  @Tag("slow")
  void aTrainingThatHasToLeaveSendsACheckpointFirst(TestReporter reporter) throws Exception {
    super.aTrainingThatHasToLeaveSendsACheckpointFirst(reporter);
  }

  @Test
  void aNodeThatIsKilledIsStartedAgainOnItsHost() throws Exception {
    Path begun = folder.resolve("begun");
    String id = launched("test -e %1$s || { touch %1$s; sleep 300; }".formatted(begun));
    await(Duration.ofMinutes(2), () -> Files.exists(begun));

    kill(id);

    Result log = here.ftpipe("logs", "-f", id);
    isDone(log);
    assertThat(log.out()).contains("attempt 1").contains("attempt 2").contains("done, exit code 0");
  }

  @Test
  void aHostOfAnotherKeyIsRefused() throws Exception {
    keys().know(server.getPort(), SshKeys.make(folder.resolve("others")).host());

    Result result = here.ftpipe("launch", "--on", "there", "-y", "--", "true");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("not reached").contains("known_hosts");
    Files.writeString(keys().knownHosts(), "");
    assertThat(here.ftpipe("cloud", "check").out()).contains("there: 127.0.0.1 is not reached");
  }

  @Test
  void whatTheHostLacksIsNamed() throws Exception {
    Files.delete(installed());

    Result result = here.ftpipe("cloud", "check");

    assertThat(result.out()).contains("ftpipe is not on the PATH of 127.0.0.1");
    assertThat(List.of(0, 3)).contains(result.exitCode());
  }
}
