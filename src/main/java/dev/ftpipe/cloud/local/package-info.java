/** A node that is a process of this machine: the whole protocol without a cloud. */
@NullMarked
package dev.ftpipe.cloud.local;

import org.jspecify.annotations.NullMarked;
