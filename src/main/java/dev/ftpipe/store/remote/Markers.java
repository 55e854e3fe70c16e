package dev.ftpipe.store.remote;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Keeps pushes and gc from each other with nothing but objects that are seen as soon as they are
 * written. A push writes its receipt, then looks for markers; a gc writes its marker, then looks
 * for receipts. Whichever comes second sees the other: the push waits for the end of the gc before
 * it asks what the remote has, or the gc keeps what the receipt names.
 */
final class Markers {
  /** A marker that was not renewed for so long is of a gc that was killed. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ObjectStore objects;
  private final Consumer<String> notes;

  Markers(ObjectStore objects, Consumer<String> notes) {
    this.objects = objects;
    this.notes = notes;
  }

  /** Those that are alive, by the clock of the remote. */
  List<Stored> alive() throws IOException {
    List<Stored> all = new ArrayList<>();
    objects.list(
        RemoteLayout.MARKERS,
        each -> {
          if (RemoteLayout.isMarker(each.key())) {
            all.add(each);
          }
        });
    if (all.isEmpty()) {
      return all;
    }
    Instant now = now();
    return all.stream().filter(each -> each.modified().plus(LIFETIME).isAfter(now)).toList();
  }

  /** The time at the remote: its clock is the one that all objects were written by. */
  Instant now() throws IOException {
    String key = RemoteLayout.clock(UUID.randomUUID());
    objects.write(key, new byte[] {1});
    Optional<Stored> written = objects.find(key);
    objects.delete(List.of(key));
    return written.map(Stored::modified).orElseGet(Instant::now);
  }

  /** Returns when no gc is at work. */
  void await() throws IOException {
    boolean said = false;
    while (!alive().isEmpty()) {
      if (!said) {
        notes.accept(
            "a gc or repair of " + objects.location() + " is at work; waiting for its end");
        said = true;
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw FtpipeException.interrupted("interrupted");
      }
    }
  }
}
