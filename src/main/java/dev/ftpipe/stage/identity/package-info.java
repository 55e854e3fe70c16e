/** Question and answer pairs about who the model is. */
@NullMarked
package dev.ftpipe.stage.identity;

import org.jspecify.annotations.NullMarked;
