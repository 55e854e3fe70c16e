package dev.ftpipe.cloud;

import java.util.Optional;

/** What a machine is told that is to open a shell in the workspace of its run. */
public final class NodeShell {
  private NodeShell() {}

  /**
   * A line for a shell there.
   *
   * @param folder of the node
   * @param command to run in place of a shell for somebody who types; a line for a shell
   */
  public static String line(String folder, Optional<String> command) {
    return "cd "
        + Programs.quoted(folder + "/work")
        + " && export PATH=\"${PWD%/work}/bin:$PATH\" && exec bash "
        + command.map(each -> "-c " + Programs.quoted(each)).orElse("-i");
  }
}
