package dev.ftpipe.stage;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What one call of a built-in stage may touch. All paths are absolute; parent folders of outputs
 * exist, the outputs themselves do not.
 *
 * @param <P> the record that {@code with} is bound to
 */
public interface StageContext<P> {
  P parameters();

  /** The paths given for an input port, in order; empty when an optional port is not given. */
  List<Path> inputs(String port);

  /** The names of the input ports that were given, in order. */
  List<String> inputPorts();

  /** The path given for an output port; empty when an optional port is not given. */
  Optional<Path> optionalOutput(String port);

  /**
   * A folder that survives an interrupted attempt of the stage with the same key and is removed
   * after a successful one: the place for checkpoints.
   */
  Path scratch();

  /**
   * What was fetched for a call.
   *
   * @param path a file, or a folder; to be read only
   * @param pin the state that it is: the commit of a repository
   */
  record Fetched(Path path, String pin) {}

  /**
   * Fetches a repository of the Hugging Face Hub, or a folder or file of one. What has come when an
   * attempt is interrupted, the next one has. Only for kinds with a process of their own.
   *
   * @param url {@code hf://…}
   * @param wanted the files of a folder, by their paths in it
   * @throws FtpipeException when it cannot be had
   */
  Fetched fetch(String url, Predicate<String> wanted) throws IOException, InterruptedException;

  /**
   * Tells that what the next attempt needs is complete, so that it can be kept elsewhere as well.
   *
   * @param parts files and folders under {@link #scratch}; they do not change any more, but may be
   *     removed
   * @param position how far they are; grows from one checkpoint to the next
   */
  default void checkpoint(List<Path> parts, long position) {}

  /** Shows how far the stage is; cheap enough to call at every unit. */
  void progress(Progress progress);

  /** A line for the stage's log. */
  void log(String line);

  /**
   * True once the stage should end early (Ctrl-C, a preemption notice): finish the unit in hand,
   * keep what lets the next attempt go on under {@link #scratch}, and throw {@link
   * InterruptedException}.
   */
  boolean stopRequested();

  /**
   * A path as the user wrote it (relative to the project), for messages.
   *
   * @param path one of this call's paths, or a path below one
   */
  String display(Path path);

  /**
   * Shows how far the stage is, and ends it when it should end early.
   *
   * @throws InterruptedException when {@link #stopRequested}
   */
  default void report(String unit, long done, long total) throws InterruptedException {
    progress(new Progress(done, total, unit, ""));
    if (stopRequested()) {
      throw new InterruptedException("stopped at " + done + " " + unit);
    }
  }

  default Path input(String port) {
    return optionalInput(port)
        .orElseThrow(() -> FtpipeException.usage("input '" + port + "' is not given"));
  }

  default Optional<Path> optionalInput(String port) {
    return inputs(port).stream().findFirst();
  }

  default Path output(String port) {
    return optionalOutput(port)
        .orElseThrow(() -> FtpipeException.usage("output '" + port + "' is not given"));
  }
}
