/** OpenOrca's parquet to records. */
@NullMarked
package dev.ftpipe.stage.orca;

import org.jspecify.annotations.NullMarked;
