package dev.ftpipe.store.remote;

import dev.ftpipe.store.ContentStore.Blob;
import java.util.List;

/**
 * What a push did.
 *
 * @param objects blobs and entries that the remote had to have
 * @param verified those that it said it has, after the transfer
 * @param sent blobs and entries that it did not have before
 * @param movedBytes over the network, towards the remote
 * @param absent blobs that neither side has
 * @param damaged blobs whose bytes here are not those of their digest
 */
public record PushReport(
    int objects, int verified, int sent, long movedBytes, List<Blob> absent, List<Blob> damaged) {
  public PushReport {
    absent = List.copyOf(absent);
    damaged = List.copyOf(damaged);
  }
}
