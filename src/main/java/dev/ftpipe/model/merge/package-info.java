/** An adapter merged into its base: a model folder that needs no adapter. */
@NullMarked
package dev.ftpipe.model.merge;

import org.jspecify.annotations.NullMarked;
