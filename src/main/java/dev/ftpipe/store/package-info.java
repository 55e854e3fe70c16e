/**
 * The contract of a store: blobs and trees by digest, actions by key. Knows neither stages nor
 * where an implementation keeps its bytes.
 */
@NullMarked
package dev.ftpipe.store;

import org.jspecify.annotations.NullMarked;
