package dev.ftpipe.cloud.ec2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;

/** A machine: a folder, its metadata, and the process that its user data start. */
public final class FakeMachine {
  final String id;
  final String fleet;
  final Map<String, String> tags;
  final FakeImds imds;
  private final Path root;
  private final Process process;
  private boolean isGone;

  FakeMachine(
      String id,
      String fleet,
      Map<String, String> tags,
      String userData,
      Path root,
      FakeImds imds,
      URI aws)
      throws IOException {
    this.id = id;
    this.fleet = fleet;
    this.tags = tags;
    this.root = root;
    this.imds = imds;
    Path bin = Files.createDirectories(root.resolve("bin"));
    program(bin.resolve("shutdown"), "touch \"$FTPIPE_ROOT/shutdown\"");
    // Its image has none.
    program(bin.resolve("java"), "echo 'no Java is here' >&2; exit 127");
    Path script = root.resolve("user-data");
    Files.write(script, Base64.getDecoder().decode(userData.getBytes(UTF_8)));
    ProcessBuilder builder = new ProcessBuilder("bash", script.toString());
    builder.redirectOutput(root.resolve("out").toFile());
    builder.redirectError(root.resolve("err").toFile());
    Map<String, String> env = builder.environment();
    String path = env.get("PATH");
    // Nothing of this machine's own environment is there.
    env.clear();
    env.put("PATH", bin + ":" + path);
    env.put("HOME", root.toString());
    env.put("FTPIPE_ROOT", root.toString());
    env.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.address().toString());
    env.put("AWS_ENDPOINT_URL_EC2", aws.toString());
    env.put("AWS_ENDPOINT_URL_SSM", aws.toString());
    env.put("AWS_ENDPOINT_URL_IAM", aws.toString());
    this.process = builder.start();
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Whether it has shut itself down, or was ended. */
  boolean isGone() {
    if (!isGone && Files.exists(root.resolve("shutdown"))) {
      end();
    }
    return isGone;
  }

  /** What the machine has written of itself. */
  public String log() throws IOException {
    Path log = root.resolve("node.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** The power goes. */
  void end() {
    isGone = true;
    for (int i = 0; i < 2; i++) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    imds.close();
  }
}
