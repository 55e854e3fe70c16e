package dev.ftpipe.store.local;

import dev.ftpipe.store.Audit;
import dev.ftpipe.store.Damage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

/** Counts what an audit reads. Safe for several threads. */
final class AuditTally {
  private final LongConsumer read;
  private final List<Damage> damages = new ArrayList<>();
  private int objects;
  private long bytes;

  AuditTally(LongConsumer read) {
    this.read = read;
  }

  synchronized void sound(long size) {
    objects++;
    bytes += size;
    read.accept(size);
  }

  synchronized void add(Damage damage) {
    damages.add(damage);
  }

  synchronized Audit end() {
    damages.sort(Comparator.comparing(Damage::place).thenComparing(Damage::what));
    return new Audit(objects, bytes, damages);
  }
}
