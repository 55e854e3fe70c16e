/** The contract of a store: blobs and trees by digest, actions by key. */
@NullMarked
package dev.ftpipe.store;

import org.jspecify.annotations.NullMarked;
