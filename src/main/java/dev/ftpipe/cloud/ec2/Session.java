package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.cloud.NodeShell;
import dev.ftpipe.cloud.Programs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * A shell on a machine through Systems Manager, which needs neither a key nor an open port. By the
 * AWS command line and its session plug-in: the protocol of a session has no library.
 */
final class Session {
  private static final String FOLDER = "/var/lib/ftpipe/run";

  private Session() {}

  /**
   * The command that opens it.
   *
   * @param line to run there in place of a shell for somebody who types
   */
  static List<String> command(String region, List<Instance> machines, Optional<String> line) {
    for (String program : List.of("aws", "session-manager-plugin")) {
      if (!Programs.has(program)) {
        throw FtpipeException.environment(
            program + " is not on the PATH; a shell on a machine of EC2 needs it", null);
      }
    }
    if (machines.isEmpty()) {
      throw FtpipeException.environment(
          "the run has no machine at the moment; 'ftpipe queue' shows when it has", null);
    }
    // The workspace is root's, and a session begins as another user.
    String there = "sudo bash -c " + Programs.quoted(NodeShell.line(FOLDER, line));
    return List.of(
        "aws",
        "ssm",
        "start-session",
        "--region",
        region,
        "--target",
        machines.get(0).instanceId(),
        "--document-name",
        "AWS-StartInteractiveCommand",
        "--parameters",
        Json.canonical(Map.of("command", List.of(there))));
  }
}
