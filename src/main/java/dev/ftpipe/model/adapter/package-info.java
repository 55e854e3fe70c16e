/** LoRA adapters on disk, in PEFT's layout. */
@NullMarked
package dev.ftpipe.model.adapter;

import org.jspecify.annotations.NullMarked;
