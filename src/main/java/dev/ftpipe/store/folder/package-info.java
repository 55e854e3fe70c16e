/** A remote that is a folder which several machines or users mount. */
@NullMarked
package dev.ftpipe.store.folder;

import org.jspecify.annotations.NullMarked;
