/**
 * Proofs that the engine is right, made from outside: the real program is killed, starved of disk,
 * lied to, and compared with models that are too simple to be wrong.
 */
@NullMarked
package dev.ftpipe.proof;

import org.jspecify.annotations.NullMarked;
