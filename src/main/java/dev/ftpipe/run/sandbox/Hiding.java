package dev.ftpipe.run.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a folder is shown in the place of the project folder, so that an absolute path into the
 * project leads to declared inputs as well. None of the ways needs a privilege that a command has
 * not got anyway; which one works depends on the system.
 */
enum Hiding {
  /** For root, also in a container that was given the right to mount. */
  MOUNT_NAMESPACE {
    @Override
    List<String> wrap(View view, String command) {
      List<String> line = new ArrayList<>(List.of("unshare", "-m", "/bin/sh", "-c"));
      line.add(MOUNT + "exec /bin/sh -c \"$command\"");
      line.addAll(List.of("sh", command));
      line.addAll(view.arguments());
      return line;
    }
  },

  /**
   * For everybody, where the kernel lets users make namespaces: most distributions, but not Ubuntu
   * 24.04 as it comes and the hosted runners that use it, nor a container with the usual seccomp
   * profile.
   */
  USER_NAMESPACE {
    // Mounting takes root of the new namespace; a second one gives the command its own user back.
    @Override
    List<String> wrap(View view, String command) {
      List<String> line = new ArrayList<>(List.of("/bin/sh", "-c"));
      line.add("exec unshare -Urm /bin/sh -c \"$0\" sh \"$@\" \"$(id -u)\" \"$(id -g)\"");
      line.add(
          MOUNT + "exec unshare -U --map-user=\"$1\" --map-group=\"$2\" /bin/sh -c \"$command\"");
      line.add(command);
      line.addAll(view.arguments());
      return line;
    }
  },

  /** Some systems trust it with what they deny to others. */
  BUBBLEWRAP {
    @Override
    List<String> wrap(View view, String command) {
      List<String> line = new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/"));
      line.addAll(List.of("--bind", view.shown().toString(), view.over().toString()));
      for (Path tool : view.tools()) {
        line.addAll(List.of("--bind", tool.toString(), tool.toString()));
      }
      line.addAll(List.of("--chdir", view.folder().toString(), "--", "/bin/sh", "-c", command));
      return line;
    }
  },

  /** Nothing is hidden: the command runs in the folder itself. */
  NONE {
    @Override
    List<String> wrap(View view, String command) {
      return List.of("/bin/sh", "-c", command);
    }
  };

  /**
   * What a command is to see.
   *
   * @param shown the folder that is seen
   * @param over where it is seen: the project
   * @param folder where the command starts, below {@code over}
   * @param tools folders in the project that stay visible
   */
  record View(Path shown, Path over, Path folder, List<Path> tools) {
    List<String> arguments() {
      List<String> arguments = new ArrayList<>();
      arguments.add(shown.toString());
      arguments.add(over.toString());
      arguments.add(folder.toString());
      arguments.add(String.valueOf(tools.size()));
      tools.forEach(tool -> arguments.add(over.relativize(tool).toString()));
      return arguments;
    }
  }

  // The tools first: once the project is covered, nothing of it can be reached.
  private static final String MOUNT =
      """
      command=$1 shown=$2 over=$3 folder=$4 tools=$5; shift 5
      while [ $tools -gt 0 ]; do
        mount --rbind "$over/$1" "$shown/$1" || exit
        shift; tools=$((tools - 1))
      done
      mount --rbind "$shown" "$over" && cd "$folder" || exit
      """;

  private static final long TRIAL_SECONDS = 10;

  /** The arguments of a process that runs the command. */
  abstract List<String> wrap(View view, String command);

  // What a system permits it permits for the life of a process.
  private static volatile @Nullable Hiding found;

  /** The first way that works here, tried out on these two folders the first time. */
  static Hiding best(Path shown, Path over) throws IOException {
    Hiding known = found;
    if (known == null) {
      known = find(shown, over);
      found = known;
    }
    return known;
  }

  private static Hiding find(Path shown, Path over) throws IOException {
    Path probe = Files.createTempFile(shown, "probe", "");
    try {
      for (Hiding way : values()) {
        if (way == NONE || way.works(shown, over, probe.getFileName())) {
          return way;
        }
      }
    } finally {
      Files.deleteIfExists(probe);
    }
    return NONE;
  }

  private boolean works(Path shown, Path over, Path probe) {
    List<String> line = wrap(new View(shown, over, over, List.of()), "test -e " + probe);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Optional<Process> process = start(builder);
    try {
      return process.isPresent()
          && process.get().waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)
          && process.get().exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.ifPresent(Process::destroyForcibly);
    }
  }

  // A program that is not installed is one way less.
  private static Optional<Process> start(ProcessBuilder builder) {
    try {
      return Optional.of(builder.start());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
