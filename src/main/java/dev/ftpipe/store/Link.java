package dev.ftpipe.store;

/** How a large file of the work tree and its object in the cache share their bytes. */
public enum Link {
  /** A clone: one set of blocks until either is written to. */
  REFLINK,
  COPY,
  /** One read-only file with two names. */
  HARDLINK,
  /** A symbolic link to the read-only object. */
  SYMLINK
}
