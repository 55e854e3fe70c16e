/** Nodes of a SLURM cluster, through its own commands. */
@NullMarked
package dev.ftpipe.cloud.slurm;

import org.jspecify.annotations.NullMarked;
