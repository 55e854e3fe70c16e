/**
 * A remote in an S3 bucket, whoever runs the server: the objects of a store below a prefix, and
 * what goes wrong there as sentences. The only package that knows the AWS SDK.
 */
@NullMarked
package dev.ftpipe.store.s3;

import org.jspecify.annotations.NullMarked;
