/** Answers of a model: greedy or sampled, batches of prompts of different lengths. */
@NullMarked
package dev.ftpipe.model.generate;

import org.jspecify.annotations.NullMarked;
