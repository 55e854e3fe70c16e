package dev.ftpipe.model.llama;

/**
 * Attention that looks at a position and those just before it.
 *
 * @param size how many positions it looks at, its own included
 * @param firstLayer the layers from this one on have it
 */
public record SlidingWindow(int size, int firstLayer) {}
