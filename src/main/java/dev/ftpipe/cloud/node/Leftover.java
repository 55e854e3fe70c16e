package dev.ftpipe.cloud.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The command of a node that was killed may still run: two of them must not. */
final class Leftover {
  private Leftover() {}

  /** Keeps which process group the command is. */
  static void keep(Path file, ProcessHandle process) throws IOException {
    Files.writeString(file, process.pid() + " " + started(process));
  }

  /** The command has ended: its number may be somebody else's by now. */
  static void forget(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Object::toString).orElse("");
  }

  /** Ends the group that the file names, if it is still that one. */
  static void end(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    String[] kept = Files.readString(file).split(" ", 2);
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(kept[0]));
    if (process.isPresent() && started(process.get()).equals(kept[1])) {
      ProcessGroup.signal("KILL", kept[0]);
    }
    Files.delete(file);
  }
}
