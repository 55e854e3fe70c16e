/** The metrics folder of a training run, in DVCLive's layout. */
@NullMarked
package dev.ftpipe.model.metrics;

import org.jspecify.annotations.NullMarked;
