package dev.ftpipe.store.remote;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Whether the server of a remote heeds If-None-Match, by which of two writers of an entry the first
 * one wins. It is asked once for each place; a server that does not is named, and used all the
 * same: two entries of one key are both right, whichever stays.
 */
final class ConditionalWrites {
  private final ObjectStore objects;
  private final Path file;
  private final Consumer<String> notes;

  /**
   * The question for one remote.
   *
   * @param work where the answer is kept
   */
  ConditionalWrites(ObjectStore objects, Path work, Consumer<String> notes) {
    this.objects = objects;
    this.file = work.resolve("conditional-writes");
    this.notes = notes;
  }

  /** Asks if nobody has here before, and says what the user should know. */
  void check() throws IOException {
    String asked = objects.location() + "\n";
    if (Files.exists(file)
        && Files.readString(file, StandardCharsets.UTF_8).lines().anyMatch(asked.strip()::equals)) {
      return;
    }
    if (!objects.refusesOverwrite()) {
      notes.accept(
          "the server of "
              + objects.location()
              + " does not heed If-None-Match: of two machines that publish the same result at the"
              + " same moment, the entry of the later one stays");
    }
    String before = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    AtomicFiles.writeUnsynced(file, (before + asked).getBytes(StandardCharsets.UTF_8));
  }
}
