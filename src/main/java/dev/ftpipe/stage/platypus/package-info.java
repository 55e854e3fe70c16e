/** Open-Platypus' parquet to records. */
@NullMarked
package dev.ftpipe.stage.platypus;

import org.jspecify.annotations.NullMarked;
