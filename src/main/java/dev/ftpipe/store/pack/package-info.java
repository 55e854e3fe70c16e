/**
 * Packs: many small blobs in one file, and the index beside it. The bytes are the same in the local
 * cache and at a remote.
 */
@NullMarked
package dev.ftpipe.store.pack;

import org.jspecify.annotations.NullMarked;
