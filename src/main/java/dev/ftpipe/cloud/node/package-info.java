/** The part of the run protocol that the node plays: it knows the store and nothing else. */
@NullMarked
package dev.ftpipe.cloud.node;

import org.jspecify.annotations.NullMarked;
