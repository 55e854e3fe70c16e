/** Lists of record files to one file each. */
@NullMarked
package dev.ftpipe.stage.merge;

import org.jspecify.annotations.NullMarked;
