package dev.ftpipe.store.remote;

import dev.ftpipe.store.ContentStore.Blob;
import java.util.List;

/**
 * What a fetch did.
 *
 * @param objects blobs that were asked for
 * @param received blobs that came over the network, each checked against its digest
 * @param movedBytes over the network, from the remote
 * @param absent blobs that neither side has
 * @param damaged blobs whose bytes at the remote are not those of their digest
 */
public record FetchReport(
    int objects, int received, long movedBytes, List<Blob> absent, List<Blob> damaged) {
  static final FetchReport NOTHING = new FetchReport(0, 0, 0, List.of(), List.of());

  public FetchReport {
    absent = List.copyOf(absent);
    damaged = List.copyOf(damaged);
  }

  public boolean isComplete() {
    return absent.isEmpty() && damaged.isEmpty();
  }
}
