/**
 * A store in a folder of the file system: large blobs and trees as {@code cas/sha256/ab/cdef…},
 * small ones in {@code packs}, entries as {@code actions/ab/….json}.
 */
@NullMarked
package dev.ftpipe.store.local;

import org.jspecify.annotations.NullMarked;
