package dev.ftpipe.store.compress;

/** Whether new objects are compressed; what is compressed can be read either way. */
public enum Compression {
  /** Where a look at some of the bytes says that it pays. */
  AUTO,
  NONE
}
