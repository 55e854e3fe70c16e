/**
 * Runs a command where only its declared inputs can be seen: a folder of its own, put over the
 * project folder where the system lets an ordinary user do so, and an environment of known
 * variables. Knows nothing of keys, locks or caches.
 */
@NullMarked
package dev.ftpipe.run.sandbox;

import org.jspecify.annotations.NullMarked;
