/** Random numbers that are the same on every machine and JVM. */
@NullMarked
package dev.ftpipe.model.random;

import org.jspecify.annotations.NullMarked;
