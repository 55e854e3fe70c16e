/**
 * Single stages as jobs of an engine: many of them are handed over at once, and their results come
 * back through the store.
 */
@NullMarked
package dev.ftpipe.cloud.jobs;

import org.jspecify.annotations.NullMarked;
