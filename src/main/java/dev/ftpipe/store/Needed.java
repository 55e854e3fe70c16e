package dev.ftpipe.store;

import dev.ftpipe.base.Digest;

/** What of a store somebody still refers to. */
public interface Needed {
  boolean needs(Digest blob);

  boolean needs(ActionKey entry);
}
