/**
 * Weights in four bits, in the layout and with the rounding of bitsandbytes, so that a base
 * quantized here is the base that Python's stack would train on.
 */
@NullMarked
package dev.ftpipe.model.quant;

import org.jspecify.annotations.NullMarked;
