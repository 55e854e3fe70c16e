/**
 * Where data and models come from before they are a project's own: files, HTTP servers, S3 buckets,
 * the Hugging Face Hub. What is fetched is pinned, so that the same address means the same bytes.
 */
@NullMarked
package dev.ftpipe.origin;

import org.jspecify.annotations.NullMarked;
