package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The provider {@code ec2}, with machines that are processes and a fleet that replaces them. */
@Tag("slow")
final class Ec2ProviderTest extends ProviderContract {
  private @Nullable Amazon amazon;

  private Amazon amazon() {
    Amazon here = amazon;
    if (here == null) {
      here = Amazon.start(folder.resolve("machines"));
      amazon = here;
    }
    return here;
  }

  @Override
  String profile() {
    return amazon().profile("");
  }

  @Override
  SharedRemote remote() {
    return new SharedRemote() {
      @Override
      public void addTo(CommandLines project) throws IOException {
        amazon().addRemote(project);
        if (!Files.exists(folder.resolve("dist"))) {
          Amazon.sendDistribution(project, installed());
        }
      }

      @Override
      public ObjectStore open() {
        return amazon().objects();
      }
    };
  }

  @Override
  String sent(String id) throws IOException {
    return amazon().aws.bodies().stream()
            .filter(body -> !body.contains("\"SecureString\""))
            .collect(Collectors.joining("\n"))
        + SecretCanaries.textBelow(folder.resolve("machines"));
  }

  @AfterEach
  void end() {
    amazon().close();
  }

  /** Not the process alone: what comes next has a disk of its own. */
  @Override
  void kill(String id) {
    amazon().aws.ec2().takeAway(id);
  }

  @Override
  void notice(String id) {
    amazon().aws.ec2().interrupt(id);
  }

  @Test
  void aSecretReachesTheCommandAlone() {
    var result =
        here.ftpipe(
            "launch", "--on", "there", "-y", "--secret", "HOME", "--", "echo its home is $HOME");

    isDone(result);
    assertThat(result.out()).contains("its home is " + System.getenv("HOME") + "\n");
    assertThat(amazon().aws.everything()).isEmpty();
  }

  @Test
  void whatWasMadeForARunIsGoneWithIt() {
    isDone(here.ftpipe("launch", "--on", "there", "-y", "--", "echo one"));

    assertThat(amazon().aws.everything()).isEmpty();
  }

  private Map<String, Integer> stagesByMachine() throws IOException {
    here.write(
        "pipeline.yaml",
        """
        stages:
          part:
            foreach: [0, 1, 2, 3, 4]
            do:
              cmd: 'echo $FTPIPE_ROOT > out${item}'
              outs: ['out${item}']
              resources: {cpus: 1}
        """);
    isDone(here.ftpipe("repro", "--on", "there", "-j", "2"));
    Map<String, Integer> machines = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      machines.merge(here.read("out" + i), 1, Integer::sum);
    }
    return machines;
  }

  @Test
  void theStagesOfABatchAreSharedByItsMachines() throws IOException {
    assertThat(stagesByMachine().size()).isBetween(1, 2);

    assertThat(amazon().aws.ec2().requests()).hasSize(2);
    assertThat(amazon().aws.everything()).isEmpty();
  }

  @Test
  void theStagesOfAMachineThatNeverComesAreRunByAnother() throws IOException {
    amazon().aws.ec2().haveAtMost(1);

    assertThat(stagesByMachine().values()).containsExactly(5);

    assertThat(amazon().aws.ec2().requests()).hasSize(2);
    assertThat(amazon().aws.everything()).isEmpty();
  }

  /** Nobody follows it, or asks for anything meanwhile. */
  @Test
  void aRunThatIsSilentForLongIsGivenBack() throws Exception {
    Result launched =
        here.ftpipe(
            "launch", "--on", "there", "-y", "-d", "-i", "1", "--down", "--", "echo 1; sleep 150");
    isDone(launched);
    String id = launched.out().strip();

    await(
        Duration.ofMinutes(4),
        () -> amazon().aws.everything().stream().noneMatch(each -> each.startsWith("fleet")));

    assertThat(told(id, "state.json"))
        .contains("\"stopped\"")
        .contains("no output and no metrics for 60 s");
    await(
        Duration.ofMinutes(1),
        () -> amazon().aws.everything().stream().noneMatch(each -> each.startsWith("machine")));
    assertThat(amazon().aws.ec2().started(id)).isEqualTo(1);
    isDone(here.ftpipe("cloud", "gc", "-y"));
    assertThat(amazon().aws.everything()).isEmpty();
  }

  /** Up to the program that opens a session: what comes after is Amazon's. */
  @Test
  @Override
  void theMachineIsReached() throws Exception {
    String id = launched("echo begun; sleep 300");
    await(Duration.ofMinutes(2), () -> here.ftpipe("logs", id).out().contains("begun"));
    Path programs = Files.createDirectory(folder.resolve("programs"));
    for (String name : List.of("aws", "session-manager-plugin")) {
      Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\necho \"$@\"\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
    String path = programs + ":" + System.getenv("PATH");

    Result there =
        here.process(
            Map.of("PATH", path, "AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "secret"),
            "ssh",
            id,
            "--",
            "nvidia-smi");

    isDone(there);
    assertThat(there.out())
        .contains("ssm start-session", "--target i-", "AWS-StartInteractiveCommand")
        .contains("/var/lib/ftpipe/run/work", "nvidia-smi");
    isDone(here.ftpipe("down", id));
    assertThat(here.ftpipe("ssh", id).err()).contains("is over");
  }
}
