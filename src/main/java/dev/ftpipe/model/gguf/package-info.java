/**
 * GGUF files of llama.cpp: reading, dequantizing, and turning one into a model folder in Hugging
 * Face layout.
 */
@NullMarked
package dev.ftpipe.model.gguf;

import org.jspecify.annotations.NullMarked;
