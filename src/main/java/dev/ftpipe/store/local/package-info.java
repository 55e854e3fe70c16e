/**
 * A store in a folder of the file system: {@code cas/sha256/ab/cdef…}, {@code actions/ab/….json}.
 */
@NullMarked
package dev.ftpipe.store.local;

import org.jspecify.annotations.NullMarked;
