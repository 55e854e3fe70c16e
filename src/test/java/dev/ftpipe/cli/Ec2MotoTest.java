package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests, tags and clean-up against moto, which checks what EC2 and IAM are asked for. */
@Tag("slow")
final class Ec2MotoTest {
  private static final String SERVER = System.getenv().getOrDefault("MOTO_SERVER", "moto_server");

  /** One of those that moto knows. */
  private static final String IMAGE = "ami-12c6146b";

  @TempDir Path folder;

  @Test
  void aLaunchIsTakenAndAllOfItRemoved() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of(SERVER)) || Programs.has(SERVER),
        "no moto: pip install 'moto[server,ec2,ssm,iam]', and name its moto_server in MOTO_SERVER");
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(SERVER, "-H", "127.0.0.1", "-p", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("moto.log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION", "1",
                "MOTO_ENABLE_AMI_VALIDATION", "1"));
    Process moto = builder.start();
    try (Amazon amazon = Amazon.start(folder.resolve("machines"))) {
      ProviderContract.await(Duration.ofMinutes(1), () -> answers(port));
      CommandLines here = project(amazon, port);

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
    } finally {
      moto.destroy();
    }
  }

  private CommandLines project(Amazon amazon, int port) throws IOException {
    CommandLines lines = new CommandLines(folder.resolve("here"));
    lines.write("pipeline.yaml", "stages:\n  a: {cmd: cp in out, deps: [in], outs: [out]}\n");
    lines.write("in", "data\n");
    lines.write(
        ".ftpipe/config.yaml",
        ("profiles: {aws: {provider: ec2, region: us-east-1, endpoint: 'http://127.0.0.1:%d',"
                + " instance_type: m5.xlarge, image: %s, capacity_seconds: 5}}\n")
            .formatted(port, IMAGE));
    amazon.addRemote(lines);
    Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\nsleep 300\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Amazon.sendDistribution(lines, program);
    return lines;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
