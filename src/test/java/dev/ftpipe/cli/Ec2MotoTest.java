package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.cloud.ec2.MotoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests, tags and clean-up against moto, which checks what EC2 and IAM are asked for. */
@Tag("slow")
final class Ec2MotoTest {
  /** One of those that moto knows. */
  private static final String IMAGE = "ami-12c6146b";

  @TempDir Path folder;

  @Test
  void aLaunchIsTakenAndAllOfItRemoved() throws Exception {
    try (MotoServer moto = MotoServer.start(folder.resolve("moto.log"));
        Amazon amazon = Amazon.start(folder.resolve("machines"))) {
      CommandLines here = project(amazon, moto);

      Result launched =
          here.ftpipe(
              "launch", "--on", "aws", "--spot", "--retry-until-up", "-y", "-d", "--", "true");

      ProviderContract.isDone(launched);
      Result found = here.ftpipe("cloud", "gc", "--grace", "0", "--dry-run");
      ProviderContract.isDone(found);
      // It is at work: nothing of it is anybody's to remove.
      assertThat(found.out()).isEmpty();
      String id = launched.out().strip();
      ProviderContract.isDone(here.ftpipe("cancel", id));
      assertThat(here.ftpipe("queue").out()).contains("cancelled");
      ProviderContract.isDone(here.ftpipe("down", id));
      Result left = here.ftpipe("cloud", "gc", "--grace", "0", "--dry-run");
      ProviderContract.isDone(left);
      assertThat(left.out()).isEmpty();
      assertThat(left.err()).contains("nothing is left");
    }
  }

  private CommandLines project(Amazon amazon, MotoServer moto) throws IOException {
    CommandLines lines = new CommandLines(folder.resolve("here"));
    lines.write("pipeline.yaml", "stages:\n  a: {cmd: cp in out, deps: [in], outs: [out]}\n");
    lines.write("in", "data\n");
    lines.write(
        ".ftpipe/config.yaml",
        ("profiles: {aws: {provider: ec2, region: us-east-1, endpoint: '%s',"
                + " instance_type: m5.xlarge, image: %s, capacity_seconds: 5, role_seconds: 0}}\n")
            .formatted(moto.address(), IMAGE));
    amazon.addRemote(lines);
    Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\nsleep 300\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Amazon.sendDistribution(lines, program);
    return lines;
  }
}
