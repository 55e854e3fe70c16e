/**
 * Takes over a project of DVC with its data: reads {@code .dvc} files and {@code dvc.lock}, brings
 * what they name from the work tree, DVC's cache or its remote, checks the MD5 sums, and records
 * SHA-256 digests.
 */
@NullMarked
package dev.ftpipe.dvc;

import org.jspecify.annotations.NullMarked;
