/** The built-in stage {@code train}: the model room's trainer as a stage. */
@NullMarked
package dev.ftpipe.stage.train;

import org.jspecify.annotations.NullMarked;
