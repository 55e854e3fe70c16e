/**
 * PyTorch from Java without Python: starting the engine, TorchScript modules made from source text,
 * calling their methods with automatic differentiation on. The only place that knows how the
 * engine's Java binding wants its arguments.
 */
@NullMarked
package dev.ftpipe.model.torch;

import org.jspecify.annotations.NullMarked;
