package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Audit;
import dev.ftpipe.store.remote.PackReads.Placed;
import java.util.List;

/** What reading a remote back came to, with what is needed to mend it. */
public final class RemoteAudit {
  private final Audit audit;
  private final List<WrongPack> packs;
  private final Holdings holdings;

  RemoteAudit(Audit audit, List<WrongPack> packs, Holdings holdings) {
    this.audit = audit;
    this.packs = List.copyOf(packs);
    this.holdings = holdings;
  }

  /**
   * A pack that is not as it should be.
   *
   * @param sound blobs that can be taken from it
   * @param damaged blobs that cannot
   */
  record WrongPack(String pack, List<Placed> sound, List<Digest> damaged) {}

  public Audit audit() {
    return audit;
  }

  List<WrongPack> packs() {
    return packs;
  }

  Holdings holdings() {
    return holdings;
  }

  /** Whether the remote has the blob, by its listing; it may be damaged. */
  public boolean lists(Digest blob) {
    return holdings.has(blob);
  }
}
