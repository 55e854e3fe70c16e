package dev.ftpipe.model.train;

/**
 * One optimizer step.
 *
 * @param loss mean over the learned tokens of all its micro-batches
 * @param gradientNorm over all trained weights, before clipping
 * @param tokens that are not padding
 */
record StepResult(double loss, double gradientNorm, int tokens) {}
