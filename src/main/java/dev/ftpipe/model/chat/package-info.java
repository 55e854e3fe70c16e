/** Conversations as the token ids that a model was made for. */
@NullMarked
package dev.ftpipe.model.chat;

import org.jspecify.annotations.NullMarked;
