/** The stage that asks a model before and after fine-tuning the same questions. */
@NullMarked
package dev.ftpipe.stage.sanitycheck;

import org.jspecify.annotations.NullMarked;
