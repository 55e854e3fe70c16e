/** Parquet to records to JSONL, sampling, streaming; never a data set in memory. */
@NullMarked
package dev.ftpipe.data;

import org.jspecify.annotations.NullMarked;
