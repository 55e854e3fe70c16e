package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred stages over a real SLURM, as array jobs: the scheduler hears of them rarely. */
@Tag("slow")
final class SlurmArrayTest {
  private static final int STAGES = 200;
  private static final List<String> PROGRAMS =
      List.of("sbatch", "squeue", "scancel", "scontrol", "sinfo", "sacct");

  @TempDir private Path folder;

  @Test
  void twoHundredStagesNeedThreeCallsForEachFifty(TestReporter reporter) throws Exception {
    try (SlurmCluster cluster = SlurmCluster.start()) {
      CommandLines here = new CommandLines(folder.resolve("here"));
      here.write(".ftpipe/config.yaml", "profiles: {there: " + cluster.profile() + "}\n");
      here.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString());
      ManyStages stages = new ManyStages(here, STAGES, 77).write();
      Path calls = folder.resolve("calls");
      Map<String, String> counted = Map.of("PATH", counting(calls) + ":" + System.getenv("PATH"));

      Result result = here.process(counted, "repro", "--on", "there", "-j", "64", "-k");

      stages.check(result);
      List<String> called = Files.readAllLines(calls);
      reporter.publishEntry("calls of the scheduler", called.size() + ": " + called);
      assertThat(called).hasSizeLessThanOrEqualTo(3 * STAGES / 50).contains("sbatch");
      cluster.endJobsOf(folder);
    }
  }

  /** A folder of programs that write down their name and then are those of SLURM. */
  private Path counting(Path calls) throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    for (String program : PROGRAMS) {
      Path script = bin.resolve(program);
      Files.writeString(
          script,
          "#!/bin/sh\necho %s >>'%s'\nPATH=${PATH#*:} exec %s \"$@\"\n"
              .formatted(program, calls, program));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
    return bin;
  }
}
