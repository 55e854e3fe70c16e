/**
 * Compares what a stage makes with what it made before: bytes, folders, metrics with a tolerance.
 * Knows nothing of how a stage is run or where a lock is kept.
 */
@NullMarked
package dev.ftpipe.run.check;

import org.jspecify.annotations.NullMarked;
