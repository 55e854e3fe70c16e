package dev.ftpipe.cloud.node;

import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command of a node that was killed may still run: two of them must not. */
final class Leftover {
  private Leftover() {}

  /** Keeps which process group the command is. */
  static void keep(Path file, ProcessHandle process) throws IOException {
    Files.writeString(file, process.pid() + " " + started(process));
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
      Programs.run(List.of("kill", "-KILL", "--", "-" + kept[0]), Map.of(), "");
    }
    Files.delete(file);
  }
}
