/** The stage that merges an adapter into its base model. */
@NullMarked
package dev.ftpipe.stage.mergemodel;

import org.jspecify.annotations.NullMarked;
