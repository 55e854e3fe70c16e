/**
 * Models of the Llama family: their configuration and weights as Hugging Face folders hold them,
 * the forward pass, one training step, and generation with a cache of keys and values.
 */
@NullMarked
package dev.ftpipe.model.llama;

import org.jspecify.annotations.NullMarked;
