/**
 * What every room needs and none owns: digests, JSON, atomic files, errors. Imports nothing of
 * ours.
 */
@NullMarked
package dev.ftpipe.base;

import org.jspecify.annotations.NullMarked;
