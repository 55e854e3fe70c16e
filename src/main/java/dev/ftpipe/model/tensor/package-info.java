/**
 * Tensors on disk: safetensors files and model folders, read tensor by tensor and written as a
 * stream, and the conversion of their number formats from and to float.
 */
@NullMarked
package dev.ftpipe.model.tensor;

import org.jspecify.annotations.NullMarked;
