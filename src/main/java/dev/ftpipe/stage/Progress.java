package dev.ftpipe.stage;

/**
 * How far a stage is.
 *
 * @param done units finished
 * @param total units in all; 0 when unknown
 * @param unit what is counted, in the plural: {@code rows}, {@code steps}
 * @param detail what else a person wants to see now, e.g. {@code loss 1.234 lr 2.0e-04 3,120
 *     tokens/s}; may be empty
 */
public record Progress(long done, long total, String unit, String detail) {}
