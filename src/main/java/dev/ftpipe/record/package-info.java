/**
 * Run records: what each repro did, on which revision, with which values, where and how it ended;
 * one folder a run under {@code .ftpipe/runs}. Knows only files: whoever runs something fills a
 * record in.
 */
@NullMarked
package dev.ftpipe.record;

import org.jspecify.annotations.NullMarked;
