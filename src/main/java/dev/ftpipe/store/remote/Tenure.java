package dev.ftpipe.store.remote;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** The right to drop objects of a remote: a marker that lives while it is renewed. */
final class Tenure implements Closeable {
  // Well below the lifetime of a marker, as others see it by another clock.
  private static final Duration RENEW = Markers.LIFETIME.dividedBy(10);
  private static final Duration TOO_LATE = Markers.LIFETIME.dividedBy(2);

  private final ObjectStore objects;
  private final String key;
  private Instant renewed;

  private Tenure(ObjectStore objects, String key, Instant renewed) {
    this.objects = objects;
    this.key = key;
    this.renewed = renewed;
  }

  /**
   * Takes the right.
   *
   * @throws FtpipeException of the environment, while another has it
   */
  static Tenure take(ObjectStore objects, Consumer<String> notes) throws IOException {
    Markers markers = new Markers(objects, notes);
    String key = RemoteLayout.marker(UUID.randomUUID());
    Instant now = Instant.now();
    objects.write(key, new byte[] {1});
    Tenure tenure = new Tenure(objects, key, now);
    List<Stored> others = markers.alive().stream().filter(each -> !each.key().equals(key)).toList();
    if (!others.isEmpty()) {
      tenure.close();
      throw FtpipeException.environment(
          "another gc or repair of "
              + objects.location()
              + " is at work (since "
              + others.get(0).modified()
              + "); wait for its end. One that was killed counts for "
              + Markers.LIFETIME.toMinutes()
              + " minutes",
          null);
    }
    return tenure;
  }

  /**
   * To be called before anything is dropped, and now and then in long work.
   *
   * @throws FtpipeException of the environment, when this process was held up for so long that
   *     others may take it for dead
   */
  synchronized void confirm() throws IOException {
    Instant now = Instant.now();
    Duration since = Duration.between(renewed, now);
    if (since.compareTo(TOO_LATE) > 0 || since.isNegative()) {
      throw FtpipeException.environment(
          "this gc was held up for "
              + since.toMinutes()
              + " minutes, and a push may count on what it would drop; nothing more was dropped,"
              + " run it again",
          null);
    }
    if (since.compareTo(RENEW) > 0) {
      objects.write(key, new byte[] {1});
      renewed = now;
    }
  }

  /** When it was taken or renewed last, by the clock of the remote. */
  Instant moment() throws IOException {
    return objects.find(key).map(Stored::modified).orElseGet(Instant::now);
  }

  @Override
  public synchronized void close() throws IOException {
    objects.delete(List.of(key));
  }
}
