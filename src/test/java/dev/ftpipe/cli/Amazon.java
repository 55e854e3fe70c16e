package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.ec2.FakeAws;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.s3.S3ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * An account of Amazon in this process: a real server of S3's protocol, and a fake of the rest
 * whose machines are processes. Their role has the keys of the server's one user.
 */
final class Amazon implements AutoCloseable {
  /** Whoever launches; a machine must never come to know these. */
  static final String CLIENT_ID = "client-id";

  static final String CLIENT_SECRET = "canary-of-the-client";

  private static final List<String> PROPERTIES =
      List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.region");

  final S3Server s3;
  final FakeAws aws;

  private Amazon(S3Server s3, FakeAws aws) {
    this.s3 = s3;
    this.aws = aws;
  }

  static Amazon start(Path folder) {
    return start(folder, S3Server::start);
  }

  /** The same, for a distribution that memory does not hold. */
  static Amazon startOnDisk(Path folder) {
    return start(folder, S3Server::startOnDisk);
  }

  private static Amazon start(Path folder, Callable<S3Server> server) {
    System.setProperty("aws.accessKeyId", CLIENT_ID);
    System.setProperty("aws.secretAccessKey", CLIENT_SECRET);
    System.setProperty("aws.region", "eu-west-1");
    try {
      return new Amazon(
          server.call(), new FakeAws(folder, S3Server.KEYS.id(), S3Server.KEYS.secret()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  String profile(String more) {
    return "{provider: ec2, region: eu-west-1, endpoint: '%s', instance_type: c7i.xlarge, role_seconds: 0%s}"
        .formatted(aws.address(), more);
  }

  /** Gives a project the remote {@code s3://bucket/team}. */
  void addRemote(CommandLines lines) throws IOException {
    ProviderContract.isDone(lines.ftpipe("remote", "add", "-d", "shared", "s3://bucket/team"));
    ProviderContract.isDone(
        lines.ftpipe("remote", "modify", "shared", "endpointurl", s3.address().toString()));
    lines.write(
        ".ftpipe/config.local.yaml",
        "remotes: {shared: {access_key_id: %s, secret_access_key: %s}}\n"
            .formatted(S3Server.KEYS.id(), S3Server.KEYS.secret()));
  }

  /**
   * A project with this remote and a profile {@code aws}.
   *
   * @param program what machines run in place of ftpipe
   * @param more options of the profile
   */
  CommandLines project(Path folder, String program, String more) throws IOException {
    CommandLines lines = new CommandLines(folder.resolve("here"));
    lines.write("pipeline.yaml", "stages:\n  a: {cmd: cp in out, deps: [in], outs: [out]}\n");
    lines.write("in", "data\n");
    lines.write(".ftpipe/config.yaml", "profiles: {aws: " + profile(more) + "}\n");
    addRemote(lines);
    Path file = Files.writeString(folder.resolve("program"), program);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    sendDistribution(lines, file);
    return lines;
  }

  ObjectStore objects() {
    return S3ObjectStore.open(s3.settings("team"));
  }

  /**
   * Sends a distribution.
   *
   * @param program what its {@code bin/ftpipe} is
   */
  static void sendDistribution(CommandLines lines, Path program) throws IOException {
    Path folder = lines.root.resolveSibling("dist");
    Path bin = Files.createDirectories(folder.resolve("ftpipe-test/bin"));
    Files.copy(
        program,
        bin.resolve("ftpipe"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
    Path file = folder.resolve("dist.tar.gz");
    Programs.Said said =
        Programs.run(
            List.of("tar", "-czf", file.toString(), "-C", folder.toString(), "ftpipe-test"),
            Map.of(),
            "");
    assertThat(said.exitCode()).as(said.text()).isZero();
    ProviderContract.isDone(lines.ftpipe("cloud", "dist", file.toString()));
  }

  @Override
  public void close() {
    aws.close();
    s3.close();
    PROPERTIES.forEach(System::clearProperty);
  }
}
