/**
 * Machines of Amazon EC2, bought for one run: a fleet that replaces what is taken away, everything
 * tagged with the run, and rights for what is the run's alone.
 */
@NullMarked
package dev.ftpipe.cloud.ec2;

import org.jspecify.annotations.NullMarked;
