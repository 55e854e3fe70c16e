package dev.ftpipe.config;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes settings in the text of their file; comments and order stay. */
public final class SettingsEdits {
  private final Path root;
  private final String file;
  private final List<Assignment> assignments = new ArrayList<>();

  /**
   * Edits of one of the two files.
   *
   * @param local whether it is the one that is not committed
   */
  public SettingsEdits(Path root, boolean local) {
    this.root = root;
    this.file = local ? Settings.LOCAL : Settings.SHARED;
  }

  /**
   * Sets a value, whether or not there is one.
   *
   * @param name dotted
   */
  public SettingsEdits set(String name, String value) {
    assignments.add(new Assignment(file, Assignment.Kind.SET_OR_ADD, name, value));
    return this;
  }

  /** Removes a value or a mapping; it has to be there. */
  public SettingsEdits remove(String name) {
    assignments.add(new Assignment(file, Assignment.Kind.REMOVE, name, ""));
    return this;
  }

  /**
   * Writes the file, if what comes out can be read as settings.
   *
   * @throws FtpipeException wrong use, when it cannot, or when what is to be removed is not there
   */
  public void write() throws IOException {
    Problems problems = new Problems();
    Path path = root.resolve(file);
    Optional<String> before =
        Files.exists(path) ? Yaml.text(path, file, problems) : Optional.of("");
    Optional<String> after =
        before.flatMap(text -> ParamEdits.apply(file, text, assignments, problems));
    problems.throwIfAny();
    try {
      AtomicFiles.write(path, after.orElseThrow());
    } catch (IOException e) {
      throw IoProblem.writing(path, e);
    }
    try {
      Settings.read(root);
    } catch (FtpipeException e) {
      AtomicFiles.write(path, before.orElseThrow());
      throw e;
    }
  }
}
