/**
 * The project's past: what a repro leaves in its run record, and the project as it was at another
 * revision, its cached outputs included.
 */
@NullMarked
package dev.ftpipe.history;

import org.jspecify.annotations.NullMarked;
