/**
 * Runs what changed: stage keys, the decision and its reason, the scheduler, the lock file, the
 * state index.
 */
@NullMarked
package dev.ftpipe.run;

import org.jspecify.annotations.NullMarked;
