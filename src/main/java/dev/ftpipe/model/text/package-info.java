/** Text to token ids and back, and conversations to text by chat templates. */
@NullMarked
package dev.ftpipe.model.text;

import org.jspecify.annotations.NullMarked;
