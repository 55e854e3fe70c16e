/**
 * Supervised fine-tuning of a model on a device: what is trained, the optimizer, one step, the loop
 * over all steps, and checkpoints that a killed run goes on from. Knows no pipeline.
 */
@NullMarked
package dev.ftpipe.model.train;

import org.jspecify.annotations.NullMarked;
