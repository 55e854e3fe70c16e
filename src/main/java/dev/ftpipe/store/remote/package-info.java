/**
 * A store behind a remote: which blobs, trees and actions it has, moving them there and back, and
 * checking what is there. Knows neither S3 nor folders, only objects by key.
 */
@NullMarked
package dev.ftpipe.store.remote;

import org.jspecify.annotations.NullMarked;
