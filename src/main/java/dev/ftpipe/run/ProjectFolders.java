package dev.ftpipe.run;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is ftpipe's own in a project's folder.
 *
 * @param root the project's folder, absolute
 */
public record ProjectFolders(Path root) {
  private static final String IGNORED =
      """
      /cache/
      /state/
      /runs/
      /config.local.yaml
      """;

  /** Makes {@code .ftpipe/} and what a repro needs in it. */
  void prepare() throws IOException {
    Path own = root.resolve(".ftpipe");
    try {
      Files.createDirectories(logs());
      Path ignore = own.resolve(".gitignore");
      if (!Files.exists(ignore)) {
        Files.writeString(ignore, IGNORED);
      }
      AtomicFiles.cleanUp(root);
      AtomicFiles.cleanUp(state());
    } catch (IOException e) {
      throw IoProblem.writing(own, e);
    }
  }

  /** What commands know of the folder and can find out again. */
  Path state() {
    return root.resolve(".ftpipe/state");
  }

  Path logs() {
    return state().resolve("logs");
  }

  /** Where what a stage says is written while it runs. */
  public Path log(String stage) {
    return StageLog.file(logs(), stage);
  }

  /** Held by the command that changes the work tree. */
  Path workspaceLock() {
    return state().resolve("lock");
  }

  /** Where a stage runs that sees its declared inputs only. */
  Path sandbox(String key) {
    return state().resolve("sandbox").resolve(key);
  }

  /** Where checks work. */
  Path checks() {
    return state().resolve("check");
  }

  /** What an interrupted attempt left for the next one with the same key. */
  Path scratch(String key) {
    return state().resolve("scratch").resolve(key);
  }
}
