package dev.ftpipe.dvc;

import java.util.Optional;

/**
 * What a {@code .dvc} file tracks.
 *
 * @param url where it was imported from; empty for {@code dvc add}
 * @param pin the entity tag that it had there; may be empty
 */
record DvcSource(DvcEntry entry, Optional<String> url, String pin) {}
