package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a machine from going on for ever, when all others have forgotten it. */
final class Ec2GuardsTest {
  /** Those that make something which stays. */
  private static final Set<String> MAKING =
      Set.of(
          "CreateSecurityGroup",
          "CreateLaunchTemplate",
          "CreateFleet",
          "CreateRole",
          "CreateInstanceProfile");

  @TempDir Path folder;

  private static String launched(CommandLines here, String... more) {
    List<String> words = new java.util.ArrayList<>(List.of("launch", "--on", "aws", "-y", "-d"));
    words.addAll(List.of(more));
    words.addAll(List.of("--", "true"));
    Result result = here.ftpipe(words.toArray(String[]::new));
    ProviderContract.isDone(result);
    return result.out().strip();
  }

  @Test
  void allThatIsMadeIsTagged() throws Exception {
    try (Amazon amazon = Amazon.start(folder.resolve("machines"))) {
      CommandLines here = amazon.project(folder, "#!/bin/sh\nsleep 300\n", "");

      String id = launched(here, "--secret", "HOME");

      List<String> making =
          amazon.aws.bodies().stream()
              .filter(
                  body ->
                      MAKING.stream().anyMatch(action -> body.contains("Action=" + action + ","))
                          || body.contains("\"SecureString\""))
              .toList();
      assertThat(making).hasSize(MAKING.size() + 1);
      for (String body : making) {
        assertThat(body).contains("ftpipe:run", id, "ftpipe:store", "s3://bucket/team");
      }
      assertThat(amazon.aws.calls())
          .noneMatch(each -> each.matches(".*(Ingress|KeyPair|Address|RunInstances|CreateTags).*"));
    }
  }

  /** Neither its fleet nor its node ends it: the machine's own script does. */
  @Test
  @Tag("slow")
  void aMachineEndsWithItsTime() throws Exception {
    try (Amazon amazon = Amazon.start(folder.resolve("machines"))) {
      CommandLines here =
          amazon.project(
              folder, "#!/bin/sh\nsleep 300\n", ", grace_seconds: 0, dead_man_seconds: 60");
      amazon.aws.ec2().forgetTime();

      String id = launched(here, "--max-total", "0.001");

      // Its sign of life is good for a minute.
      ProviderContract.await(Duration.ofSeconds(45), () -> amazon.aws.ec2().started(id) > 1);
    }
  }
}
