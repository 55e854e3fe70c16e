/** What a person sees on a terminal, recorded by tmux. */
@NullMarked
package dev.ftpipe.terminal;

import org.jspecify.annotations.NullMarked;
