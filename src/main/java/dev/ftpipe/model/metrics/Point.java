package dev.ftpipe.model.metrics;

/**
 * One value of a curve.
 *
 * @param metric e.g. {@code train/loss}: folder and name
 * @param step optimizer steps done
 */
public record Point(String metric, int step, double value) {}
