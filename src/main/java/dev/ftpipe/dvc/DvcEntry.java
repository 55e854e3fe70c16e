package dev.ftpipe.dvc;

import java.util.Optional;

/**
 * A file or folder as a file of DVC's names it.
 *
 * @param path relative to the project
 * @param remote the remote that it is at, if it is not the default one
 * @param owner in words, for messages
 */
record DvcEntry(
    String path, DvcHash hash, boolean executable, Optional<String> remote, String owner) {}
