package dev.ftpipe.store.compress;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which objects of a place are compressed, as far as anybody has asked. */
final class Forms {
  private static final Pattern STORED = Pattern.compile("(.+)\\.([0-9]{1,18})\\.zst");

  /** Of the bytes as they are; more than any server takes, and its table fits into memory. */
  static final long LARGEST = 1L << 43;

  private final ObjectStore place;
  private final Predicate<String> compressible;
  private final Map<String, Form> known = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> firstReads = new ConcurrentHashMap<>();
  private final Set<String> listed = ConcurrentHashMap.newKeySet();

  /** A compressed object. */
  record Form(String key, long size, Stored stored) {
    Stored plain() {
      return new Stored(key, size, stored.tag(), stored.modified());
    }
  }

  Forms(ObjectStore place, Predicate<String> compressible) {
    this.place = place;
    this.compressible = compressible;
  }

  /** The compressed object that a listing names here; remembered. */
  Optional<Form> learn(Stored stored) {
    Optional<Form> form = parse(stored);
    form.ifPresent(it -> known.put(it.key(), it));
    return form;
  }

  /** All below this prefix are known. */
  void listed(String prefix) {
    listed.add(prefix);
  }

  private Optional<Form> parse(Stored stored) {
    Matcher match = STORED.matcher(stored.key());
    if (!match.matches() || !compressible.test(match.group(1))) {
      return Optional.empty();
    }
    Form form = new Form(match.group(1), Long.parseLong(match.group(2)), stored);
    return form.size() <= LARGEST ? Optional.of(form) : Optional.empty();
  }

  Optional<Form> known(String key) {
    return Optional.ofNullable(known.get(key));
  }

  /** What is known after a listing, else what the place says. */
  Optional<Form> knownOrLook(String key) throws IOException {
    return isListed(key) ? known(key) : look(key);
  }

  private boolean isListed(String key) {
    return listed.stream().anyMatch(key::startsWith);
  }

  /** Asks the place. */
  Optional<Form> look(String key) throws IOException {
    if (!compressible.test(key)) {
      return Optional.empty();
    }
    known.remove(key);
    place.list(
        key + ".", stored -> parse(stored).filter(it -> it.key().equals(key)).ifPresent(this::put));
    return known(key);
  }

  private void put(Form form) {
    known.put(form.key(), form);
  }

  void forget(String key) {
    known.remove(key);
  }

  /**
   * Before a read. Of those that begin at the same time, where nothing is known, one finds out what
   * there is, and the others wait for {@link #isFoundOut}, so that they do not all ask for an
   * object that is there in the other form.
   *
   * @return whether the caller is the one to find out
   */
  boolean findsOut(String key) {
    if (!compressible.test(key) || known.containsKey(key) || isListed(key)) {
      return false;
    }
    CountDownLatch other = firstReads.putIfAbsent(key, new CountDownLatch(1));
    if (other == null) {
      return true;
    }
    try {
      other.await();
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }

  /** The one that {@link #findsOut} has its first bytes, or has failed. */
  void isFoundOut(String key) {
    CountDownLatch waiting = firstReads.get(key);
    if (waiting != null) {
      waiting.countDown();
    }
  }
}
