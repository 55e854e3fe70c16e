package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without Java trains with the distribution as it is built for users. */
@Tag("slow")
final class Ec2DistributionTest {
  private static final Path BUILT =
      Path.of(System.getenv().getOrDefault("FTPIPE_DISTRIBUTIONS", "target"));

  @TempDir Path folder;

  private static Path distribution() throws IOException {
    List<Path> found = List.of();
    if (Files.isDirectory(BUILT)) {
      try (Stream<Path> files = Files.list(BUILT)) {
        found =
            files
                .filter(file -> String.valueOf(file.getFileName()).matches("ftpipe-.*\\.tar\\.gz"))
                .toList();
      }
    }
    Assumptions.assumeFalse(
        found.isEmpty(),
        "no distribution in "
            + BUILT
            + ": mvn -Pdist -DskipTests package, or name its folder in"
            + " FTPIPE_DISTRIBUTIONS");
    return found.get(0);
  }

  @Test
  void aMachineTrainsWithNothingButTheDistribution() throws Exception {
    Path file = distribution();
    try (Amazon amazon = Amazon.startOnDisk(folder.resolve("machines"))) {
      SharedRemote remote =
          new SharedRemote() {
            @Override
            public void addTo(CommandLines project) throws IOException {
              amazon.addRemote(project);
            }

            @Override
            public ObjectStore open() {
              return amazon.objects();
            }
          };
      SmallTraining training = new SmallTraining(folder, remote);
      CommandLines here = training.project("here", SmallTraining.STEPS);
      here.write(
          ".ftpipe/config.yaml",
          here.read(".ftpipe/config.yaml") + "profiles: {aws: " + amazon.profile("") + "}\n");
      ProviderContract.isDone(here.ftpipe("cloud", "dist", file.toAbsolutePath().toString()));

      Result result =
          here.ftpipe(
              "launch",
              "--on",
              "aws",
              "-y",
              "--",
              "java -version; ftpipe --version; ftpipe repro --pull --push");

      ProviderContract.isDone(result);
      assertThat(result.out()).contains("no Java is here").contains("done, exit code 0");
      assertThat(amazon.aws.everything()).isEmpty();
      CommandLines there = training.project("there", SmallTraining.STEPS);
      ProviderContract.isDone(there.ftpipe("pull", "latest"));
      assertThat(SmallTraining.made(there)).isEqualTo(training.undisturbed());
    }
  }
}
