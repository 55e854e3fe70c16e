/**
 * GGUF files of llama.cpp: read and turned into a model folder in Hugging Face layout, and made of
 * one, with the bytes that llama.cpp's own converter writes.
 */
@NullMarked
package dev.ftpipe.model.gguf;

import org.jspecify.annotations.NullMarked;
