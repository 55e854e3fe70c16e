/** The guide, followed by a shell that does what each page says. */
@NullMarked
package dev.ftpipe.guide;

import org.jspecify.annotations.NullMarked;
