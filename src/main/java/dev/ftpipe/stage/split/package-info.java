/** Records, shuffled, to a training and a validation part. */
@NullMarked
package dev.ftpipe.stage.split;

import org.jspecify.annotations.NullMarked;
