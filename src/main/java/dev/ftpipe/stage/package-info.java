/**
 * The contract of a built-in stage: what it is called, reads, writes and is told. A kind knows
 * neither the pipeline that uses it nor the other kinds; {@code dag} checks a call against it,
 * {@code run} runs it.
 */
@NullMarked
package dev.ftpipe.stage;

import org.jspecify.annotations.NullMarked;
