/** Nodes that are pods of Kubernetes: a job for a run, an indexed job for many stages. */
@NullMarked
package dev.ftpipe.cloud.kubernetes;

import org.jspecify.annotations.NullMarked;
