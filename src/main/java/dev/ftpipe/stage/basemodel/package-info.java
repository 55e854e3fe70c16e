/** The stage {@code base_model}: a model as others ship it to a model folder that ftpipe reads. */
@NullMarked
package dev.ftpipe.stage.basemodel;

import org.jspecify.annotations.NullMarked;
