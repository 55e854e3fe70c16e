/**
 * A remote in an S3 bucket, whoever runs the server: the objects of a store below a prefix, and
 * what goes wrong there as sentences. With {@code cloud.ec2} the only one that knows the AWS SDK.
 */
@NullMarked
package dev.ftpipe.store.s3;

import org.jspecify.annotations.NullMarked;
