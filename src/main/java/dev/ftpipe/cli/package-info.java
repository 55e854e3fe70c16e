/** The command line: one class a command, and the only room that prints. */
@NullMarked
package dev.ftpipe.cli;

import org.jspecify.annotations.NullMarked;
