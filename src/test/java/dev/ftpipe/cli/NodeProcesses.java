package dev.ftpipe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The processes that play nodes on this machine. */
final class NodeProcesses {
  private NodeProcesses() {}

  /** The process of the node that plays a run; not a shell or the like that has started it. */
  static Optional<ProcessHandle> of(String id) {
    return ProcessHandle.allProcesses()
        .filter(each -> commandLine(each).contains("dev.ftpipe.Main\0node\0" + id))
        .filter(NodeProcesses::isProgram)
        .findFirst();
  }

  /** A process that runs a stage of a project below a folder. */
  static Optional<ProcessHandle> ofJob(Path folder) {
    return ProcessHandle.allProcesses()
        .filter(each -> commandLine(each).contains("dev.ftpipe.Main\0job\0"))
        .filter(each -> commandLine(each).contains(folder.toString()))
        .filter(NodeProcesses::isProgram)
        .findFirst();
  }

  private static boolean isProgram(ProcessHandle process) {
    return !commandLine(process).matches("(?s)(/\\S*/)?(bash|sh|timeout|ssh)\0.*");
  }

  /** The arguments of a process, each followed by a zero; empty when it has ended. */
  static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException e) {
      return "";
    }
  }
}
