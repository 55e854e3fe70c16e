/** The stage {@code export_gguf}: a model folder to the file that llama.cpp's family reads. */
@NullMarked
package dev.ftpipe.stage.exportgguf;

import org.jspecify.annotations.NullMarked;
