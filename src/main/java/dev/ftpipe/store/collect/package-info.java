/**
 * What of a store is still needed: from what lock files and runs refer to, through entries and
 * trees, to every blob. Knows neither lock files nor where the objects are.
 */
@NullMarked
package dev.ftpipe.store.collect;

import org.jspecify.annotations.NullMarked;
