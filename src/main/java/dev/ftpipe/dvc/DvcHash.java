package dev.ftpipe.dvc;

/**
 * The name of an object of DVC's.
 *
 * @param md5 32 hex digits; those of a folder are of its list of files, and end with {@code .dir}
 * @param legacy as DVC 2 made it: another place, and line ends of text files do not count
 */
record DvcHash(String md5, boolean legacy) {
  private static final String FOLDER = ".dir";

  static boolean isValid(String md5) {
    return md5.matches("[0-9a-f]{32}(\\.dir)?");
  }

  boolean isFolder() {
    return md5.endsWith(FOLDER);
  }

  /** The hex digits alone. */
  String digits() {
    return isFolder() ? md5.substring(0, md5.length() - FOLDER.length()) : md5;
  }

  /** A file of a folder with this hash. */
  DvcHash file(String digits) {
    return new DvcHash(digits, legacy);
  }

  /** Where the object is in a cache and in a remote. */
  String key() {
    return (legacy ? "" : "files/md5/") + md5.substring(0, 2) + "/" + md5.substring(2);
  }

  @Override
  public String toString() {
    return "md5 " + md5;
  }
}
