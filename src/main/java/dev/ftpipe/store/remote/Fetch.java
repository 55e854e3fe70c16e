package dev.ftpipe.store.remote;

import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.remote.PackIndexes.Location;
import dev.ftpipe.store.remote.PackReads.Placed;
import dev.ftpipe.store.remote.PackReads.Read;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Brings blobs here, each checked before it is kept. */
final class Fetch {
  /** Hashing keeps up with two threads' worth of a fast network. */
  private static final int CHECKERS = 2;

  private final ObjectStore objects;
  private final ContentStore content;
  private final PackIndexes packs;
  private final Workers workers;
  private final Transfer transfer;
  private final PieceBuffers buffers = new PieceBuffers();
  private final AtomicInteger received = new AtomicInteger();
  private final List<Blob> absent = Collections.synchronizedList(new ArrayList<>());
  private final List<Blob> damaged = Collections.synchronizedList(new ArrayList<>());

  Fetch(
      ObjectStore objects,
      ContentStore content,
      PackIndexes packs,
      Workers workers,
      Transfer transfer) {
    this.objects = objects;
    this.content = content;
    this.packs = packs;
    this.workers = workers;
    this.transfer = transfer;
  }

  /**
   * Fetches what is not here.
   *
   * @param blobs each once
   */
  FetchReport run(List<Blob> blobs) throws IOException {
    List<Blob> small = new ArrayList<>();
    List<Blob> large = new ArrayList<>();
    for (Blob blob : blobs) {
      if (!content.contains(blob.digest(), blob.size())) {
        transfer.expect(blob.size());
        (Presence.isLarge(blob) ? large : small).add(blob);
      }
    }
    if (!small.isEmpty()) {
      fetchSmall(small);
    }
    if (!large.isEmpty()) {
      fetchLarge(large);
    }
    return new FetchReport(blobs.size(), received.get(), transfer.moved(), absent, damaged);
  }

  private void fetchSmall(List<Blob> blobs) throws IOException {
    List<Placed> placed = new ArrayList<>();
    List<Blob> unknown = place(blobs, placed);
    if (!unknown.isEmpty() && packs.hasUnknown()) {
      packs.fetchUnknown(workers);
      unknown = place(unknown, placed);
    }
    absent.addAll(unknown);
    try (ContentStore.Batch batch = content.batch()) {
      for (Read read : PackReads.plan(placed)) {
        workers.submit(() -> receive(read, batch, true));
      }
      workers.await();
    }
  }

  private List<Blob> place(List<Blob> blobs, List<Placed> placed) {
    List<Blob> unknown = new ArrayList<>();
    for (Blob blob : blobs) {
      Optional<Location> location = packs.find(blob.digest());
      if (location.isPresent() && location.get().extent().length() == blob.size()) {
        placed.add(new Placed(blob, location.get()));
      } else {
        unknown.add(blob);
      }
    }
    return unknown;
  }

  private void receive(Read read, ContentStore.Batch batch, boolean again) throws IOException {
    byte[] bytes = new byte[read.length()];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    boolean there =
        objects.read(
            RemoteLayout.pack(read.pack()),
            read.offset(),
            read.length(),
            part -> {
              transfer.move(part.remaining());
              into.put(part);
            });
    if (!there) {
      read.blobs().forEach(each -> absent.add(each.blob()));
      return;
    }
    for (Placed each : read.blobs()) {
      int at = read.at(each);
      if (PackReads.isSound(bytes, at, each.blob())) {
        batch.put(bytes, at + PackFormat.HEADER_BYTES, (int) each.blob().size());
        received.incrementAndGet();
        transfer.finishObject();
      } else if (again) {
        // On its own: what was wrong may have been the way, not the place.
        receive(Read.of(each), batch, false);
      } else {
        damaged.add(each.blob());
      }
    }
  }

  private void fetchLarge(List<Blob> blobs) throws IOException {
    try (Workers checkers = new Workers(CHECKERS)) {
      List<Blob> again = Collections.synchronizedList(new ArrayList<>());
      fetchLarge(blobs, checkers, again);
      fetchLarge(List.copyOf(again), checkers, damaged);
    }
  }

  private void fetchLarge(List<Blob> blobs, Workers checkers, List<Blob> wrong) throws IOException {
    List<BlobDownload> open = new ArrayList<>();
    try {
      for (Blob blob : blobs) {
        BlobDownload download = BlobDownload.begin(objects, content, blob, transfer, buffers);
        open.add(download);
        checkers.submit(() -> check(download, blob, wrong));
        download.submitTo(workers);
      }
      workers.await();
      checkers.await();
    } finally {
      for (BlobDownload each : open) {
        each.close();
      }
    }
  }

  private void check(BlobDownload download, Blob blob, List<Blob> wrong) throws IOException {
    switch (download.check(workers::failed)) {
      case SOUND -> {
        // As there may be more of them than files may be open.
        download.close();
        received.incrementAndGet();
        transfer.finishObject();
      }
      case ABSENT -> absent.add(blob);
      case DAMAGED -> wrong.add(blob);
      case BROKEN_OFF -> {}
    }
  }
}
