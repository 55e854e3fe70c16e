package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is remembered of tracked folders: a file each, a state of fixed size and then a record for
 * each of its files. A folder where nothing changed costs the reading of the state alone. Like the
 * state index a convenience: damage is noted and ignored.
 */
final class FolderStates {
  private final Path states;
  private final Consumer<String> notes;

  FolderStates(Path states, Consumer<String> notes) {
    this.states = states;
    this.notes = notes;
  }

  private Path file(String path) {
    return states.resolve(Digest.of(path).hex().substring(0, 32));
  }

  Optional<FolderState> find(String path) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file(path))) {
      bytes = in.readNBytes(FolderState.BYTES);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Optional<FolderState> state = FolderState.decoded(bytes);
    if (state.isEmpty()) {
      damaged(path);
    }
    return state;
  }

  /** Fills in the digests of the files that look as they did; false when nothing is known. */
  void recall(String path, FolderState state, Folder folder) throws IOException {
    boolean sound;
    try (FileRecords.Reader records = new FileRecords.Reader(file(path), FolderState.BYTES)) {
      folder.visit(records::match);
      sound = records.isSound(state.records());
    } catch (NoSuchFileException e) {
      return;
    }
    if (!sound) {
      folder.forget();
      damaged(path);
    }
  }

  private void damaged(String path) {
    notes.accept("what is remembered of the files in " + path + " is damaged; they are read again");
  }

  /** Where the records of a folder are written. */
  FileRecords.Writer writer(String path) throws IOException {
    Files.createDirectories(states);
    return new FileRecords.Writer(file(path), FolderState.BYTES);
  }

  void note(String sentence) {
    notes.accept(sentence);
  }

  /** Whether there is a place to write to: a project that is only looked at has none. */
  boolean writable() {
    Path around = states.getParent();
    return around != null && Files.isDirectory(around);
  }
}
