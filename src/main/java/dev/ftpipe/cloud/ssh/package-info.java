/** Nodes on a host that somebody has, through the system's own ssh. */
@NullMarked
package dev.ftpipe.cloud.ssh;

import org.jspecify.annotations.NullMarked;
