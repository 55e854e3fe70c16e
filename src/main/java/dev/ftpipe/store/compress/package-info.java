/**
 * Objects of another place, compressed there where that pays. Keys, sizes and digests are those of
 * the bytes as they are, so that nobody else has to know.
 */
@NullMarked
package dev.ftpipe.store.compress;

import org.jspecify.annotations.NullMarked;
