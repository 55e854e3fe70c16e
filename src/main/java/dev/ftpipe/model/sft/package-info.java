/**
 * Supervised fine-tuning up to the numbers: the options of a training run, records to examples,
 * examples to batches, the learning-rate schedule. Knows no engine.
 */
@NullMarked
package dev.ftpipe.model.sft;

import org.jspecify.annotations.NullMarked;
