package dev.ftpipe.run;

import java.util.concurrent.atomic.AtomicInteger;

/** Ctrl-C or a preemption notice, as the stages see it. */
final class StopSignal {
  private final AtomicInteger requests = new AtomicInteger();

  void request() {
    requests.incrementAndGet();
  }

  boolean requested() {
    return requests.get() > 0;
  }

  /** Asked twice: no more patience. */
  boolean urgent() {
    return requests.get() > 1;
  }
}
