/**
 * From configuration to a graph of stages: expansion, targets, order, cycles, overlapping outputs.
 */
@NullMarked
package dev.ftpipe.dag;

import org.jspecify.annotations.NullMarked;
